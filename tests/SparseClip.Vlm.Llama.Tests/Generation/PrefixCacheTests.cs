using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>A picture, questions about it, and other sliders: what is computed again, and that nobody can tell from the answer.</summary>
public sealed class PrefixCacheTests(SmolLm smol)
{
    private static readonly GenerationOptions Options = new() { Sequences = 3, ContextLength = 512, Threads = 1, PrefillChunk = 32 };

    private TokenSegment System => Text("<|im_start|>system\nYou describe pictures.<|im_end|>\n<|im_start|>user\n", parseSpecial: true);

    private GenerationRequest About(EmbeddingSegment picture, string question, bool deterministic = true) =>
        new([System, picture, Text(question), Text("<|im_end|>\n<|im_start|>assistant\n", parseSpecial: true)], new SamplingOptions(16))
        {
            Deterministic = deterministic,
        };

    private EmbeddingSegment Picture(params int[] ids) =>
        new(TokenEmbeddings.Of(SmolLm.Path, smol.Model.Info.EmbeddingSize, ids));

    private TokenSegment Text(string text, bool parseSpecial = false) => Answer.Tokens(smol.Model, text, parseSpecial);

    [Fact]
    public async Task A_cached_prompt_gives_the_text_of_a_cold_one()
    {
        var cancel = TestContext.Current.CancellationToken;
        var (dog, cat) = (Picture([.. Enumerable.Range(2000, 17)]), Picture([.. Enumerable.Range(3000, 17)]));
        GenerationRequest[] requests =
        [
            About(dog, "What is this?"), About(dog, "What is this?"), About(cat, "What is this?"), About(dog, "Which colour is it?"),
            About(cat, "What is this?"), About(dog, "What is this?"),
        ];
        await using var warm = new GenerationEngine(smol.Model, Options);
        var cached = new List<int>();
        foreach (var request in requests)
        {
            await using var cold = new GenerationEngine(smol.Model, Options);
            var expected = await Answer.Of(cold, request, cancel);
            var actual = await Answer.Of(warm, request, cancel);
            Assert.Equal(expected.Text, actual.Text);
            Assert.Equal(expected.End.Timings.PromptN, actual.End.Timings.PromptN + actual.End.Timings.CacheN);
            cached.Add(actual.End.Timings.CacheN);
        }

        var system = System.Tokens.Length;
        var question = Text("What is this?").Tokens.Length;
        // Nothing; all but the last segment; up to the picture; up to the question, in place; a conversation that waited in a
        // sequence of its own; up to the question again.
        Assert.Equal([0, system + 17 + question, system, system + 17, system + 17 + question, system + 17], cached);
    }

    [Fact]
    public async Task A_follow_up_computes_only_what_is_new()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(smol.Model, Options);
        var first = About(Picture([.. Enumerable.Range(2000, 17)]), "What is this?", deterministic: false);
        var answer = await Answer.Of(engine, first, cancel);
        var why = Text("<|im_end|>\n<|im_start|>user\nWhy?<|im_end|>\n<|im_start|>assistant\n", parseSpecial: true);
        var second = await Answer.Of(engine, first with { Prompt = [.. first.Prompt, Text(answer.Text), why] }, cancel);
        // The last token of an answer is never computed, and text that is tokenised again may split otherwise near its end.
        Assert.InRange(second.End.Timings.PromptN, why.Tokens.Length, why.Tokens.Length + 4);
    }

    [Fact]
    public async Task Embeddings_of_tokens_are_answered_like_the_tokens()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(smol.Model, Options);
        var ids = smol.Model.Tokenize("a small brown dog that sleeps", false, false);
        var request = About(Picture(ids), " What animal is it?");
        var tokens = request with { Prompt = [System, new TokenSegment(ids), .. request.Prompt.Skip(2)] };
        Assert.Equal((await Answer.Of(engine, tokens, cancel)).Text, (await Answer.Of(engine, request, cancel)).Text);
    }

    [Fact]
    public async Task The_least_recently_used_conversation_makes_room()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(smol.Model, Options);
        async Task<int> Cached(string text) => (await Answer.Of(engine, new(
            [Text(text), Text("?")], new SamplingOptions(1)), cancel)).End.Timings.CacheN;
        Assert.Equal(0, await Cached("Red apples"));
        Assert.Equal(0, await Cached("Green pears"));
        Assert.Equal(0, await Cached("Blue plums"));
        Assert.NotEqual(0, await Cached("Red apples"));
        Assert.Equal(0, await Cached("White grapes"));
        Assert.NotEqual(0, await Cached("Red apples"));
        Assert.Equal(0, await Cached("Green pears"));
    }
}
