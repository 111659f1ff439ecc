using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Inference.Tests.Pipeline;
using SparseClip.Vlm.Modeling.Bert;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Model;

public sealed class KindredWordsPackTests(TinyBundle bundle) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string[] Pack =>
    [
        "model", "pack", "--out", _folder.File("bundle"), "--tower", Part(ModelParts.Tower), "--adapter", Part(ModelParts.Adapter),
        "--language-model", Part(ModelParts.LanguageModel), "--features", Part(ModelParts.Features),
    ];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task They_are_packed_with_the_embedder_that_finds_them_and_the_bundle_searches_by_them()
    {
        using (var tower = TrainedTower.Open(Part(ModelParts.Tower), Part(ModelParts.LanguageModel)))
        using (var sentences = SentenceEmbedder.Open(RepositoryFiles.Model("default", "all-minilm-l6-v2.safetensors")))
        {
            KindredWords.Write(_folder.File("kindred.safetensors"), ["dog", "cat", "car"], tower.Texts, null, sentences, null, TestContext.Current.CancellationToken);
        }

        var (exitCode, output, error) = await CommandLine.RunAsync([.. Pack, "--kindred-words", _folder.File("kindred.safetensors")]);
        Assert.True(exitCode == 0, error);
        var parts = ModelManifest.Parse(output, "output").Parts;
        Assert.Equal(("kindred.safetensors", "all-minilm-l6-v2.safetensors"), (parts[ModelParts.KindredWords].File, parts[ModelParts.Sentences].File));

        (exitCode, var found, error) = await CommandLine.RunAsync("features", "search", "--model", _folder.File("bundle"), "--count", "3", "puppy");
        Assert.True(exitCode == 0, error);
        Assert.NotEqual((await CommandLine.RunAsync("features", "search", "--model", bundle.Folder, "--count", "3", "puppy")).Output, found);
        var known = await CommandLine.RunAsync("features", "search", "--model", _folder.File("bundle"), "--count", "3", "dog");
        Assert.Equal((await CommandLine.RunAsync("features", "search", "--model", bundle.Folder, "--count", "3", "dog")).Output, known.Output);
    }

    [Fact]
    public async Task What_cannot_be_kindred_words_is_refused_before_anything_is_copied()
    {
        Assert.Contains("give both or neither", await CommandLine.RefusedAsync([.. Pack, "--sentences", Part(ModelParts.Tower)]), StringComparison.Ordinal);
        Assert.Contains("concepts kindred", await CommandLine.RefusedAsync([.. Pack, "--kindred-words", Part(ModelParts.Tower)]), StringComparison.Ordinal);
        Assert.False(Directory.Exists(_folder.File("bundle")));
        Assert.Contains(".nupkg", await CommandLine.RefusedAsync("model", "import-sentences", Part(ModelParts.Features), "--out", _folder.File("out.safetensors")), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("out.safetensors")));
    }

    private string Part(string role) => Path.Combine(bundle.Folder, role + ".bin");
}
