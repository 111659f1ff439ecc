using System.Globalization;
using SparseClip.Vlm.Benchmarks;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;

// Usage: dotnet run -c Release --project tests/benchmarks/SparseClip.Vlm.Benchmarks [-- SECONDS_PER_FIGURE [THREADS]]
if (args.Length > 2
    || !double.TryParse(args.ElementAtOrDefault(0) ?? "2", CultureInfo.InvariantCulture, out var seconds) || seconds is not (> 0 and <= 600)
    || !int.TryParse(args.ElementAtOrDefault(1) ?? torch.get_num_threads().ToString(CultureInfo.InvariantCulture), out var threads) || threads < 1)
{
    Console.Error.WriteLine("Expected: [SECONDS_PER_FIGURE (up to 600) [THREADS]]");
    return 2;
}

torch.set_num_threads(threads);
Console.WriteLine($"{Environment.ProcessorCount} processors, {threads} torch threads, fast bfloat16: {CpuPrecision.HasFastBFloat16}");
var folder = Repository.File("models", "pretrained", "efficientnet-lite0");
var trunkConfig = EfficientNetLiteConfig.Load(Path.Combine(folder, "config.json"));
using var weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
const int cut = 12;
var text = new TextTowerConfig([0], StateWidth: 64, Hidden: 64, Width: 64, Dropout: 0);
var config = new SparseClipConfig(Dimension: 8192, ImageSize: 192, trunkConfig, cut, text, HeadBias: -2);
var trunk = EfficientNetLite.FromPretrained(trunkConfig, weights, cut, 192);
using var model = new SparseClipModel(config, trunk);
model.eval();
using var teacher = ImageNetClassifier.FromPretrained(trunkConfig, weights, cut);

var watch = new Stopwatching(seconds);
MatmulBenchmarks.Run(watch);
EncodeBenchmarks.Run(watch, model);
TrainingBenchmarks.Run(watch, trunk, teacher);
TrainingBenchmarks.RunViT(watch, Repository.File("models", "presets", "trunks", "vit-tiny-16.json"));
return 0;
