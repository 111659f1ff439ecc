using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>What a training step costs in the trunk: forward and backward of the trained top, and the teacher.</summary>
internal static class TrainingBenchmarks
{
    public static void Run(Stopwatching watch, EfficientNetLite trunk, ImageNetClassifier teacher)
    {
        trunk.NormMomentum = 0.02;
        trunk.SetTrainingFrom(teacher.FromBlock);
        trunk.train();
        foreach (var count in new[] { 56, 224 })
        {
            using var scope = NewDisposeScope();
            var states = trunk.Stem(randn(count, 3, 128, 128));
            watch.Time($"top from block {teacher.FromBlock}, forward + backward, batch {count}", count, "pictures", () =>
            {
                using var step = NewDisposeScope();
                trunk.Top(states).square().mean().backward();
                trunk.zero_grad();
            });
            watch.Time($"teacher logits, batch {count}", count, "pictures", () => teacher.Logits(states).Dispose());
        }

        trunk.eval();
    }
}
