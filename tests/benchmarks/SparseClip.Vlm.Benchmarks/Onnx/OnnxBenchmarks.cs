using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks.Onnx;

/// <summary>
/// The vision tower that ships against the same weights in ONNX Runtime: pixels to dense pooled and patch codes. Ours once as it serves, its frozen
/// blocks in the machine's fastest type, and once in float32 throughout, which is what ONNX Runtime computes.
/// </summary>
internal static class OnnxBenchmarks
{
    private const float Tolerance = 1e-3f;
    private const string Theirs = "ONNX Runtime";

    /// <exception cref="InvalidOperationException">The codes of the two differ.</exception>
    public static void Run(Stopwatching watch, int threads)
    {
        using var file = SafetensorsFile.Open(Repository.File("models", "default", "tower.safetensors"));
        using var model = SparseClipModel.Load(file);
        using var precise = Precise(file, model.Config);
        using var tower = new OnnxTower(new TowerExporter(file, model.Config).Export(), threads);
        using var served = new SparseImageEncoder(model);
        using var float32 = new SparseImageEncoder(precise);
        Console.WriteLine($"{Theirs} {OnnxTower.Version}, {threads} threads");
        var pictures = Directory.GetFiles(Repository.File("tests", "fixtures", "imaging"), "*.png").Order(StringComparer.Ordinal)
            .Select(path => SquarePolicy.Apply(ImageDecoder.Decode(File.ReadAllBytes(path)), served.InputSize).Pixels).ToArray();
        Check(tower, float32, pictures);
        foreach (var count in new[] { 1, 32 })
        {
            Compare(watch, tower, served, pictures, count, ((EfficientNetLite)model.trunk).StemType.ToString());
            Compare(watch, tower, float32, pictures, count, ((EfficientNetLite)precise.trunk).StemType.ToString());
        }
    }

    private static SparseClipModel Precise(SafetensorsFile file, SparseClipConfig config)
    {
        var model = new SparseClipModel(config, new EfficientNetLite((EfficientNetLiteConfig)config.Trunk, config.ImageSize, ScalarType.Float32));
        StrictLoader.Load(model, file);
        model.trunk.SetTrainingFrom(config.TrainedFromBlock);
        model.eval();
        return model;
    }

    private static void Check(OnnxTower tower, SparseImageEncoder encoder, byte[][] pictures)
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. pictures.SelectMany(picture => picture)];
        using var ours = encoder.PooledAndPatches(Squares(pixels, pictures.Length, encoder.InputSize));
        var theirs = new float[ours.numel()];
        using (var run = tower.Prepare(pixels, pictures.Length, theirs))
        {
            run.Run();
        }

        var difference = (ours - tensor(theirs, ours.shape)).abs().max().item<float>();
        Console.WriteLine($"largest difference of {pictures.Length} pictures' codes {difference:E1}, largest value {ours.max().item<float>():F2}, {(ours > 0).to_type(ScalarType.Float32).mean().item<float>():P1} active");
        if (!(difference <= Tolerance))
        {
            throw new InvalidOperationException($"The codes of {Theirs} differ from ours by {difference}, more than {Tolerance}: the export is wrong.");
        }
    }

    private static void Compare(Stopwatching watch, OnnxTower tower, SparseImageEncoder encoder, byte[][] pictures, int count, string stem)
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. Enumerable.Range(0, count).SelectMany(i => pictures[i % pictures.Length])];
        var squares = Squares(pixels, count, encoder.InputSize);
        using var first = encoder.PooledAndPatches(squares);
        using var run = tower.Prepare(pixels, count, new float[first.numel()]);
        watch.Compare($"squares -> codes, batch {count}, stem {stem}", count, "pictures", () => encoder.PooledAndPatches(squares).Dispose(), Theirs, run.Run);
    }

    /// <summary>[count, S, S, 3] uint8</summary>
    private static Tensor Squares(byte[] pixels, int count, int size) => tensor(pixels, [count, size, size, 3]);
}
