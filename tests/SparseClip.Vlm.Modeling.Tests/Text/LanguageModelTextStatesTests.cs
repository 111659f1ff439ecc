using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Text;

public sealed class LanguageModelTextStatesTests : IDisposable
{
    private readonly GgufFile _file = GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _file.Dispose();

    [Fact]
    public void A_texts_state_does_not_depend_on_its_batch()
    {
        using var states = new LanguageModelTextStates(_file, [0, 2], ScalarType.Float32);
        string[] texts = ["a picture of a dog", "a picture of two red apples to the left of a very old steam locomotive", "cat"];

        using var together = states.Pool(texts, Token);

        Assert.Equal([3, states.Width], together.shape);
        for (var i = 0; i < texts.Length; i++)
        {
            using var alone = states.Pool([texts[i]], Token);
            Assert.True(alone[0].allclose(together[i], 1e-3, 1e-3));
        }
    }

    [Fact]
    public void Words_of_like_meaning_lie_nearer_than_others()
    {
        using var states = new LanguageModelTextStates(_file, [8], ScalarType.Float32);
        using var scope = NewDisposeScope();
        string[] words = ["puppy", "dog", "teapot", "kettle", "lorry", "truck"];

        var pooled = states.Pool([.. words.Select(word => $"a picture of a {word}")], Token);
        var centred = nn.functional.normalize((pooled - pooled.mean([0])) / pooled.std(0, false, true), dim: 1);
        var cosines = centred.matmul(centred.t());

        foreach (var (word, other) in new[] { (0, 1), (2, 3), (4, 5) })
        {
            var row = cosines[word].clone();
            row[word] = -1;
            Assert.Equal(other, row.argmax().item<long>());
        }
    }

    [Fact]
    public void An_empty_text_is_refused()
    {
        using var states = new LanguageModelTextStates(_file, [0], ScalarType.Float32);
        Assert.Throws<ArgumentException>(() => states.Pool([""], Token));
    }
}
