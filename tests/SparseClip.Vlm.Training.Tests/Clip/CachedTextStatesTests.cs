using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Clip;

public sealed class CachedTextStatesTests
{
    [Fact]
    public void A_text_is_computed_once()
    {
        var inner = new Lengths();
        var cached = new CachedTextStates(inner, 10);
        Assert.Equal([2f, 3f, 2f], Pool(cached, ["ab", "abc", "ab"]));
        Assert.Equal([3f, 4f], Pool(cached, ["abc", "abcd"]));
        Assert.Equal(3, inner.Texts);
    }

    [Fact]
    public void More_texts_than_are_kept_are_computed_all_the_same()
    {
        var cached = new CachedTextStates(new Lengths(), 3);
        string[] texts = [.. Enumerable.Range(1, 20).Select(length => new string('x', length))];
        Assert.Equal(Enumerable.Range(1, 20).Select(length => (float)length), Pool(cached, texts));
    }

    [Fact]
    public async Task Several_threads_that_make_it_forget_get_their_own_texts()
    {
        var cached = new CachedTextStates(new Lengths(), 4);
        await Task.WhenAll(Enumerable.Range(0, 8).Select(thread => Task.Run(() =>
        {
            var random = new Random(thread);
            for (var round = 0; round < 300; round++)
            {
                int[] lengths = [.. Enumerable.Range(0, 5).Select(_ => random.Next(1, 40))];
                Assert.Equal(lengths.Select(length => (float)length), Pool(cached, [.. lengths.Select(length => new string('x', length))]));
            }
        }, TestContext.Current.CancellationToken)));
    }

    private static float[] Pool(CachedTextStates states, string[] texts)
    {
        using var pooled = states.Pool(texts);
        return pooled.data<float>().ToArray();
    }

    /// <summary>A state is the length of its text.</summary>
    private sealed class Lengths : IFrozenTextStates
    {
        private int _texts;

        public int Width => 1;

        public int Texts => _texts;

        public Tensor Pool(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
        {
            Interlocked.Add(ref _texts, texts.Count);
            return tensor(texts.Select(text => (float)text.Length).ToArray(), [texts.Count, 1]);
        }
    }
}
