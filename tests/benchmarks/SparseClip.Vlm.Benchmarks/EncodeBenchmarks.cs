using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>What serving costs: from the bytes of a file to sparse codes. Untrained heads cost what trained ones do.</summary>
internal static class EncodeBenchmarks
{
    public static void Run(Stopwatching watch, SparseClipModel model)
    {
        using var encoder = new SparseImageEncoder(model);
        var size = encoder.InputSize;
        var file = File.ReadAllBytes(Repository.File("tests", "fixtures", "imaging", "1.png"));
        var picture = ImageDecoder.Decode(file);
        var square = SquarePolicy.Apply(picture, size).Pixels;
        watch.Time($"decode {picture.Width} x {picture.Height} PNG", 1, "pictures", () => ImageDecoder.Decode(file));
        watch.Time($"square to {size} x {size}", 1, "pictures", () => SquarePolicy.Apply(picture, size));
        watch.Time("file -> pooled and patch codes, one picture", 1, "pictures", () =>
            encoder.Encode(SquarePolicy.Apply(ImageDecoder.Decode(file), size).Pixels, 1));
        foreach (var count in new[] { 1, 8, 32, 128 })
        {
            var squares = Enumerable.Repeat(square, count).SelectMany(s => s).ToArray();
            watch.Time($"squares -> pooled and patch codes, batch {count}", count, "pictures", () => encoder.Encode(squares, count));
        }

        using var noGrad = no_grad();
        foreach (var count in new[] { 1, 56, 224 })
        {
            using var pictures = randn(count, 3, size, size);
            watch.Time($"frozen stem, {FastPrecision.Fastest}, batch {count}", count, "pictures", () => model.trunk.Stem(pictures).Dispose());
        }
    }
}
