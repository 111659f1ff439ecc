using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Benchmarks.PyTorch;

/// <summary>
/// A contrastive training step from pictures to changed weights: frozen stem, trained top, both sparse heads, CLIP's loss, clipped gradients, AdamW.
/// Without decoding, language model and distillation, which PyTorch's step beside it has not either.
/// </summary>
internal static class TrainStepBenchmarks
{
    private const int Batch = 280; // pictures of a step, as in TrainingBenchmarks
    private const int Dimension = 8192;
    private const float LogitScaleCap = 20;
    private const string Theirs = "PyTorch";
    private static readonly TextTowerConfig s_text = new([0, 8], StateWidth: 576, Hidden: 1024, Width: 512, Dropout: 0.1);

    public static void Run(Stopwatching watch, PretrainedTrunk pretrained, int threads)
    {
        var type = FastPrecision.Fastest;
        var trunk = pretrained.Create(192);
        trunk.NormMomentum = 0.02;
        trunk.TrainedProducts = type;
        var config = new SparseClipConfig(Dimension, ImageSize: 192, pretrained.Config, PretrainedTrunk.Cut, s_text, HeadBias: -2);
        using var model = new SparseClipModel(config, trunk, type, LogitScaleCap);
        using var optimizer = new AdamW(weightDecay: 0.05);
        optimizer.Add(model.named_parameters().Select(entry => new TrainedParameter(entry.name, entry.parameter, 1e-4)));
        model.train();
        var (single, fast) = (MatmulBenchmarks.Peak(watch, ScalarType.Float32), MatmulBenchmarks.Peak(watch, type));
        foreach (var size in new[] { 128, 192 })
        {
            using var scope = NewDisposeScope();
            var pictures = ChannelsLast.Of(randn(Batch, 3, size, size));
            var states = randn(Batch, (long)s_text.StateWidth * s_text.Layers.Count);
            var ours = watch.Time($"train step, {size} px, {type}", Batch, "pictures", () => Step(model, optimizer, pictures, states));
            var least = new StepArithmetic(pretrained.Config, PretrainedTrunk.Cut, s_text, Dimension, Batch, size).LeastSeconds(single, fast);
            Console.WriteLine($"{"  share of the matrix product's peak",-52} {least * ours / Batch,9:P0}");
            Compare(watch, size, threads, type, ours);
        }
    }

    private static void Step(SparseClipModel model, AdamW optimizer, Tensor pictures, Tensor states)
    {
        using var scope = NewDisposeScope();
        var low = model.trunk.Stem(pictures);
        var images = nn.functional.normalize(model.image_head.forward(model.trunk.Top(low).mean([1])), dim: 1);
        var texts = nn.functional.normalize(model.text_head.forward(states), dim: 1);
        optimizer.ZeroGradients();
        ClipLoss.Compute(images, texts, model.scale.Factor()).backward();
        optimizer.ClipGradients(1);
        optimizer.Step(1);
        model.scale.Clamp();
    }

    private static void Compare(Stopwatching watch, int size, int threads, ScalarType type, double ours)
    {
        if (PyTorchStep.Time(size, Batch, threads, watch.Seconds, type == ScalarType.BFloat16 ? "bfloat16" : "float32") is not { } step)
        {
            Console.WriteLine($"  no Python with torch (docs/benchmarks.md; {PyTorchStep.Variable} names one): {Theirs} was not timed");
            return;
        }

        var theirs = Stopwatching.Print($"  {Theirs} {step.Version}, {step.Threads} threads", Batch, "pictures", step.Seconds);
        Stopwatching.PrintRatio(ours, Theirs, theirs);
    }
}
