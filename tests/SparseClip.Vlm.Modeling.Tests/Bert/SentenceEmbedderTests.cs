using System.IO.Compression;
using System.Security.Cryptography;
using SparseClip.Vlm.Modeling.Bert;
using SparseClip.Vlm.Modeling.Bert.Import;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Tests.Shared;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Bert;

public sealed class SentenceEmbedderTests : IDisposable
{
    private static readonly string s_shipped = RepositoryFiles.Model("default", "all-minilm-l6-v2.safetensors");

    private static readonly string[] s_texts =
    [
        "dog", "a picture of a dog", "puppy", "steam locomotive", "The café in Paris, at night!", "xqzvwk", "antidisestablishmentarianism", "two red apples to the left of a lorry", "it's a cat's toy",
        "ice-cream", "1984", "Größe", "UPPER case", "a", "What colour is the elephant?", "e-mail (2)", "naïve façade", "saxophonist; trumpeter", "a drawing or photo of scissors", "  spaces   between  ",
    ];

    private readonly SentenceEmbedder _embedder = SentenceEmbedder.Open(s_shipped);
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _embedder.Dispose();
        _folder.Dispose();
    }

    [Fact]
    public void Embeddings_and_tokens_are_those_of_the_published_network()
    {
        using var published = new PublishedSentences();
        using var embedded = _embedder.Embed(s_texts, Token);
        Assert.Equal([s_texts.Length, 384], embedded.shape);
        for (var i = 0; i < s_texts.Length; i++)
        {
            Assert.Equal(published.Tokens(s_texts[i]), _embedder.Tokens(s_texts[i]));
            var cosine = published.Embed(s_texts[i]).Zip(embedded[i].data<float>(), (x, y) => x * y).Sum();
            Assert.InRange(cosine, 0.999f, 1.0001f);
        }
    }

    [Fact]
    public void The_file_that_ships_is_the_package_converted()
    {
        using var imported = SentencePackage.Import(PublishedSentences.Package);
        imported.Save(_folder.File("again.safetensors"));
        Assert.Equal(Hash(s_shipped), Hash(_folder.File("again.safetensors")));
    }

    [Fact]
    public void A_text_does_not_depend_on_its_batch()
    {
        using var alone = _embedder.Embed(["dog"], Token);
        using var together = _embedder.Embed(["a picture of two red apples to the left of a very old steam locomotive", "dog"], Token);
        Assert.True(alone[0].allclose(together[1], 1e-4, 1e-5));
    }

    [Fact]
    public void A_text_that_is_too_long_is_read_as_far_as_the_model_reads()
    {
        var tokens = _embedder.Tokens(string.Join(' ', Enumerable.Repeat("dog", 2000)));
        Assert.Equal((512, 102), (tokens.Count, tokens[^1]));
        using var embedded = _embedder.Embed([string.Join(' ', Enumerable.Repeat("dog", 2000))], Token);
        Assert.Equal(1, embedded.norm().item<float>(), 1e-3f);
    }

    [Theory]
    [InlineData("saxophone", true)]
    [InlineData("fire engine", true)]
    [InlineData("ice-cream", true)]
    [InlineData("xqzvwk", false)]
    [InlineData("dog xqzvwk", false)]
    [InlineData("x", false)]
    [InlineData("", false)]
    public void Common_words_are_whole_in_the_vocabulary(string word, bool isWhole) => Assert.Equal(isWhole, _embedder.HasWhole(word));

    [Fact]
    public void Other_files_are_refused_with_what_to_give()
    {
        var error = Assert.Throws<CheckpointException>(() => SentenceEmbedder.Open(RepositoryFiles.Model("pretrained", "efficientnet-lite0", "model.safetensors")));
        Assert.Contains("import-sentences", error.Message, StringComparison.Ordinal);
        File.WriteAllText(_folder.File("text.nupkg"), "no archive");
        Assert.Contains(".nupkg", Assert.Throws<CheckpointException>(() => SentencePackage.Import(_folder.File("text.nupkg"))).Message, StringComparison.Ordinal);
        using (var archive = ZipFile.Open(_folder.File("other.nupkg"), ZipArchiveMode.Create))
        {
            archive.CreateEntryFromFile(typeof(SentenceEmbedder).Assembly.Location, "lib/net10.0/other.dll");
        }

        Assert.Contains("carries model.onnx", Assert.Throws<CheckpointException>(() => SentencePackage.Import(_folder.File("other.nupkg"))).Message, StringComparison.Ordinal);
    }

    private static string Hash(string path) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
}
