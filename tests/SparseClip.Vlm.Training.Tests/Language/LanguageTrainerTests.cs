using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Language;

namespace SparseClip.Vlm.Training.Tests.Language;

/// <summary>The real trainer behind the parts that ship, on a handful of pictures and for no more than a step or two.</summary>
[Slow]
[Collection(OneThread.Name)]
public sealed class LanguageTrainerTests : IDisposable
{
    private readonly TinyDataFolder _data = new();
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-language-");
    private readonly LanguageParts _parts;

    public LanguageTrainerTests()
    {
        var (adapter, concepts) = (RepositoryFiles.Model("default", "adapter.safetensors"), Path.Combine(_folder.FullName, "concepts.jsonl"));
        using (var opened = AdapterModel.Load(adapter))
        {
            // One feature a label: what the words are does not matter here.
            using var index = ShardIndex.Open(_data.Path, TestContext.Current.CancellationToken);
            ConceptFile.Write(concepts, index.Items.Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal)
                .Select((label, i) => new ConceptCode(label, SparseCode.FromSorted(opened.Config.Dimension, [i], [1f]))));
        }

        _parts = LanguageParts.Open(
            RepositoryFiles.Model("default", "tower.safetensors"), RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"), adapter, concepts);
    }

    public void Dispose()
    {
        _parts.Dispose();
        _data.Dispose();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public void A_run_leaves_an_adapter_and_goes_on_by_the_same_recipe_only()
    {
        var file = Train(seconds: 0.01);

        using var gguf = GgufFile.Open(file);
        Assert.Equal(2 * 2 * _parts.Parts.Language.Config.Layers, gguf.Tensors.Count);
        Assert.True(Directory.Exists(Path.Combine(_folder.FullName, "checkpoint")));

        Train(seconds: 0.02);
        Assert.Contains("lora.rank", Assert.Throws<CheckpointException>(() => Train(seconds: 0.03, rank: 3)).Message, StringComparison.Ordinal);
    }

    private string Train(double seconds, int rank = 2)
    {
        var preset = new LanguagePreset(
            new LoraShape(rank, 4, ["attn_q", "attn_v"]), new LanguagePictureOptions(4, 2, 0.5, 0.5, 0), new LanguageSampleOptions(2, 1, 0.4, 0.4, 0.3, 2, 4, 0.6, 2),
            new LanguageOptimizerOptions(1e-3, 0, 1, 1), ["fxemoji"], seconds / 60, 1);
        var options = new LanguageTrainerOptions(
            _folder.FullName, () => AdapterBatchLoader.Open(_data.Path, preset.LoaderOptions(_parts.Parts.Images.InputSize)), ["gizmo", "widget"], null);
        return new LanguageTrainer(options, preset, _parts).Train(new LanguageWatch(_ => { }, _ => { }, null, _ => { }), TestContext.Current.CancellationToken);
    }
}
