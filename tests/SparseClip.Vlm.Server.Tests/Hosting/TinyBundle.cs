using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>
/// A bundle of real parts that is made in a second: an untrained narrow tower and adapter, and the language model of the default bundle. What
/// it answers means nothing; how it answers is real.
/// </summary>
internal static class TinyBundle
{
    public const string Name = "tiny";
    public const int Dimension = 96;
    private const int Size = 64;
    private const int Width = 576;

    /// <summary>Writes the bundle into a folder.</summary>
    public static async Task WriteAsync(string folder)
    {
        torch.manual_seed(7);
        var tower = Path.Combine(folder, "tower.safetensors");
        var adapter = Path.Combine(folder, "adapter.safetensors");
        var features = Path.Combine(folder, "features.jsonl");
        WriteTower(tower);
        using (var model = new AdapterModel(new AdapterConfig(Dimension, 32, Width, 4, 1f, 1f, 0.1f)))
        {
            model.Save(adapter);
        }

        FeatureFile.Write(features, Enumerable.Range(0, Dimension).Select(ToRecord));
        await BundlePacker.PackAsync(folder, Name, "An untrained model for tests.", Dimension, new Dictionary<string, string>
        {
            [ModelParts.Tower] = tower,
            [ModelParts.Adapter] = adapter,
            [ModelParts.Features] = features,
            [ModelParts.LanguageModel] = LanguageModel(),
        });
    }

    /// <summary>The name of a feature of the bundle.</summary>
    public static string NameOf(int feature) => feature switch { 0 => "dog", 1 => "cat", 2 => "dog (2)", _ => $"feature {feature}" };

    private static FeatureRecord ToRecord(int id) => new(
        new Feature(new FeatureId(id), NameOf(id), [new FeatureWord(NameOf(id), 1f)], Maximum: 2f, Density: 0.1f, SafeMaximum: 1.5f, PatchMaximum: 4f),
        WordMean: 0f);

    private static void WriteTower(string path)
    {
        var config = new SparseClipConfig(
            Dimension,
            Size,
            new EfficientNetLiteConfig(
                "efficientnet-lite-tiny",
                new EfficientNetLiteConfig.InputSpec("RGB", "0..255", 127, 128, Size),
                new EfficientNetLiteConfig.StemSpec(3, 2, 8),
                "relu6",
                new EfficientNetLiteConfig.NormSpec("batch", 1e-3),
                "tf_same",
                [new(3, 2, 2, 8, 12, false), new(3, 2, 2, 12, 16, false), new(3, 2, 2, 16, 16, false), new(3, 2, 2, 16, 24, false)],
                new EfficientNetLiteConfig.HeadSpec(24),
                10),
            TrainedFromBlock: 1,
            new TextTowerConfig([0], Width, 12, 10, 0),
            HeadBias: 0.2f);
        using var model = new SparseClipModel(config);
        model.eval();
        model.Save(path);
    }

    private static string LanguageModel()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SparseClip.Vlm.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside the repository.");
        }

        return Directory.GetFiles(Path.Combine(folder, "models", "default"), "*.gguf").Single();
    }
}
