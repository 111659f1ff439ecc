using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>What a training step costs in the trunk: the frozen stem, forward and backward of the trained top, and the teacher.</summary>
internal static class TrainingBenchmarks
{
    private const int Batch = 280; // pictures of a step, nearly the default preset's 272

    public static void Run(Stopwatching watch, EfficientNetLite trunk, ImageNetClassifier teacher)
    {
        trunk.NormMomentum = 0.02;
        trunk.SetTrainingFrom(teacher.FromBlock);
        trunk.train();
        foreach (var size in new[] { 128, 192 })
        {
            using var scope = NewDisposeScope();
            var pictures = randn(Batch, 3, size, size);
            var states = trunk.Stem(pictures);
            watch.Time($"stem, {size} px, {trunk.StemType}", Batch, "pictures", () => trunk.Stem(pictures).Dispose());
            TimeTop(watch, trunk, states, $"{size} px");
            watch.Time($"teacher logits, {size} px", Batch, "pictures", () => teacher.Logits(states).Dispose());
        }

        trunk.eval();
    }

    /// <summary>A vision transformer from nothing: all of it is trained.</summary>
    /// <param name="watch">Takes the times.</param>
    /// <param name="configPath">Its configuration.</param>
    public static void RunViT(Stopwatching watch, string configPath)
    {
        using var scope = NewDisposeScope();
        var trunk = VisionTrunks.LoadConfig(configPath).Create(128); // its own size counts, where it has one
        using var module = trunk.Module;
        TimeTop(watch, trunk, randn(Batch, 3, trunk.ImageSize, trunk.ImageSize), $"{Path.GetFileNameWithoutExtension(configPath)}, {trunk.ImageSize} px");
    }

    private static void TimeTop(Stopwatching watch, IVisionTrunk trunk, Tensor states, string what)
    {
        foreach (var products in new[] { ScalarType.Float32, FastPrecision.Fastest }.Distinct())
        {
            trunk.TrainedProducts = products;
            watch.Time($"top forward + backward, {what}, {products}", Batch, "pictures", () =>
            {
                using var step = NewDisposeScope();
                trunk.Top(states).square().mean().backward();
                trunk.Module.zero_grad();
            });
        }
    }
}
