using System.Globalization;
using SparseClip.Vlm.Benchmarks;
using SparseClip.Vlm.Benchmarks.Onnx;
using SparseClip.Vlm.Benchmarks.PyTorch;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;

// Usage: dotnet run -c Release --project tests/benchmarks/SparseClip.Vlm.Benchmarks [-- SECONDS_PER_FIGURE [THREADS [PART...]]]
string[] all = ["matmul", "encode", "training", "onnx", "train-step", "language-model", "language-adapter", "engine", "search"];
// Takes as long as it is told to, so only when it is asked for.
const string Soaking = "soak";
var parts = args.Length > 2 ? args[2..] : all;
if (!double.TryParse(args.ElementAtOrDefault(0) ?? "2", CultureInfo.InvariantCulture, out var seconds) || seconds is not (> 0 and <= 600)
    || !int.TryParse(args.ElementAtOrDefault(1) ?? torch.get_num_threads().ToString(CultureInfo.InvariantCulture), out var threads) || threads < 1
    || parts.Except([.. all, Soaking]).Any())
{
    Console.Error.WriteLine($"Expected: [SECONDS_PER_FIGURE (up to 600) [THREADS [PART...]]]; the parts are {string.Join(", ", all)}, {Soaking}.");
    return 2;
}

torch.set_num_threads(threads);
Console.WriteLine($"{Environment.ProcessorCount} processors, {threads} torch threads, fast bfloat16: {FastPrecision.HasFastBFloat16}");
using var pretrained = new PretrainedTrunk();
var watch = new Stopwatching(seconds);
if (parts.Contains("matmul"))
{
    MatmulBenchmarks.Run(watch);
}

if (parts.Contains("encode"))
{
    var text = new TextTowerConfig([0], StateWidth: 64, Hidden: 64, Width: 64, Dropout: 0);
    var config = new SparseClipConfig(Dimension: 8192, ImageSize: 192, pretrained.Config, PretrainedTrunk.Cut, text, HeadBias: -2);
    using var model = new SparseClipModel(config, pretrained.Create(192));
    model.eval();
    EncodeBenchmarks.Run(watch, model);
}

if (parts.Contains("training"))
{
    using var trunk = pretrained.Create(192);
    using var teacher = pretrained.CreateTeacher();
    TrainingBenchmarks.Run(watch, trunk, teacher);
    TrainingBenchmarks.RunViT(watch, Repository.File("models", "presets", "trunks", "vit-tiny-16.json"));
}

if (parts.Contains("onnx"))
{
    OnnxBenchmarks.Run(watch, threads);
}

if (parts.Contains("train-step"))
{
    TrainStepBenchmarks.Run(watch, pretrained, threads);
}

if (parts.Contains("language-model"))
{
    await LanguageModelBenchmarks.RunAsync(seconds, threads);
}

if (parts.Contains("language-adapter"))
{
    await LanguageAdapterBenchmarks.RunAsync(seconds, threads);
}

if (parts.Contains("engine"))
{
    await EngineBenchmarks.RunAsync(seconds, threads, Environment.GetEnvironmentVariable("SPARSECLIP_LANGUAGE_MODEL"));
}

if (parts.Contains("search"))
{
    await SearchBenchmarks.RunAsync(seconds);
}

if (parts.Contains(Soaking))
{
    await Soak.RunAsync(seconds);
}

return 0;
