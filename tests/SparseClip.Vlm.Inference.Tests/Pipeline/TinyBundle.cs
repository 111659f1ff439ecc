using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Tests;
using SparseClip.Vlm.Modeling.Tests.Towers;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Naming;
using TorchSharp;

[assembly: AssemblyFixture(typeof(TinyBundle))]

namespace SparseClip.Vlm.Inference.Tests.Pipeline;

/// <summary>A bundle of the real parts with few and random weights, loaded once. Its answers are noise, but always the same noise.</summary>
public sealed class TinyBundle : IAsyncLifetime
{
    private VisionLanguageModel? _model;

    public string Folder { get; } = Directory.CreateTempSubdirectory("tiny-bundle-").FullName;

    public VisionLanguageModel Model => _model!;

    /// <summary>Makes and packs the parts.</summary>
    /// <param name="folder">The bundle's folder.</param>
    /// <param name="shape">The tower's shape, of 16 patches; its text side is replaced by that of the tiny language model.</param>
    public static async Task PackAsync(string folder, SparseClipConfig shape)
    {
        var languageModel = TinyParts.File(folder, ModelParts.LanguageModel);
        TinyModel.Writer().Write(languageModel);
        var tower = shape with { Text = new TextTowerConfig([0], TinyModel.Size, 12, 10, 0) };
        await TinyParts.PackAsync(folder, "tiny", tower, spread: 10, languageModel, model => Name(model, languageModel));
    }

    /// <summary>Loads a packed bundle, to answer on one thread.</summary>
    public static Task<VisionLanguageModel> LoadAsync(string folder, VisionLanguageModelOptions? options = null) =>
        VisionLanguageModel.LoadAsync(folder, (options ?? new VisionLanguageModelOptions()) with { Generation = new GenerationOptions { Threads = 1 } });

    public async ValueTask InitializeAsync()
    {
        await PackAsync(Folder, TinyTower.Config);
        _model = await LoadAsync(Folder);
    }

    public async ValueTask DisposeAsync()
    {
        await Model.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }

    private static IReadOnlyList<FeatureRecord> Name(SparseClipModel tower, string languageModel)
    {
        using var file = GgufFile.Open(languageModel);
        using var states = new LanguageModelTextStates(file, [0], torch.ScalarType.Float32);
        using var images = new SparseImageEncoder(tower);
        var observed = new ObservedActivations(tower.Config.Dimension);
        observed.Add(images, TinyTower.Pictures(20), 20);
        var namer = new FeatureNamer(new SparseTextEncoder(tower, states));
        namer.Add(["dog", "cat", "car", "house", "tree", "boat", "bird", "fish"]);
        return namer.Name(observed);
    }
}
