using System.Diagnostics;
using System.Text.Json;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>Answers that keep to a grammar, whatever the model would rather say.</summary>
public sealed class GuidedTests(TinyModel tiny, SmolLm smol)
{
    private static readonly GenerationOptions Options = new() { Sequences = 2, ContextLength = 1024, Threads = 1 };

    private static readonly Grammar Person = JsonSchemaGrammar.Of(JsonElement.Parse("""
        {"type":"object","properties":{"name":{"type":"string","maxLength":8},"age":{"type":"integer"},"likes":{"type":"array","items":{"enum":["red","green"]},"maxItems":2}},
         "required":["name","age","likes"],"additionalProperties":false}
        """));

    /// <summary>Nothing is likelier to break a grammar than a model that says anything: its weights are random and each token is a byte.</summary>
    [Fact]
    public async Task Random_bytes_become_JSON_of_a_schema()
    {
        await using var engine = new GenerationEngine(tiny.Model, Options);
        for (var seed = 0u; seed < 12; seed++)
        {
            var sampling = new SamplingOptions(400, 2f, Seed: seed) { Grammar = Person, TopK = seed % 2 == 0 ? 3 : 0, TypicalP = seed % 3 == 0 ? 0.5f : 1, RepeatPenalty = 1.1f };
            var answer = await Answer.Of(engine, new([Answer.Tokens(tiny.Model, "x")], sampling), TestContext.Current.CancellationToken);
            Assert.Equal(FinishReason.Stop, answer.End.Reason);
            var json = JsonElement.Parse(answer.Text);
            Assert.Equal(["name", "age", "likes"], json.EnumerateObject().Select(field => field.Name));
        }
    }

    [Fact]
    public async Task An_answer_that_is_whole_ends_and_one_that_is_not_ends_with_length()
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        var whole = await SayAsync(engine, "root ::= \"yes\" | \"no\"", 50);
        Assert.Contains(whole.Text, (string[])["yes", "no"]);
        Assert.Equal(FinishReason.Stop, whole.End.Reason);
        var cut = await SayAsync(engine, "root ::= \"a very long sentence that is cut off\"", 3);
        Assert.StartsWith(cut.Text, "a very long sentence", StringComparison.Ordinal);
        Assert.Equal((FinishReason.Length, 3), (cut.End.Reason, cut.End.Timings.PredictedN));
    }

    [Fact]
    public async Task The_model_still_chooses_and_chance_still_has_a_seed()
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        const string Words = "root ::= [a-z]{1,8} (\" \" [a-z]{1,8}){4} \".\"";
        var greedy = await SayAsync(engine, Words, 60);
        Assert.Matches("^[a-z]{1,8}( [a-z]{1,8}){4}\\.$", greedy.Text);
        Assert.Equal(greedy.Text, (await SayAsync(engine, Words, 60)).Text);
        var drawn = await SayAsync(engine, Words, 60, 1.5f);
        Assert.Equal(drawn.Text, (await SayAsync(engine, Words, 60, 1.5f)).Text);
        Assert.NotEqual(greedy.Text, drawn.Text);
    }

    /// <summary>A grammar that lets everything through changes nothing.</summary>
    [Theory]
    [InlineData(0f)]
    [InlineData(1f)]
    public async Task What_fits_anyway_stays(float temperature)
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        var free = await SayAsync(engine, null, 24, temperature);
        Assert.Equal(free.Text, (await SayAsync(engine, "root ::= .*", 24, temperature)).Text);
    }

    [Fact]
    public async Task A_grammar_that_takes_too_long_fails_alone()
    {
        var cancel = TestContext.Current.CancellationToken;
        await using var engine = new GenerationEngine(tiny.Model, Options);
        var expected = await Answer.Of(engine, Answer.Ask(tiny.Model, "hello", 200), cancel);
        var other = Task.Run(() => Answer.Of(engine, Answer.Ask(tiny.Model, "hello", 200), cancel), cancel);
        var ambiguous = Grammar.Parse("root ::= root{200} | . | \"\"");
        var request = new GenerationRequest([Answer.Tokens(tiny.Model, "x")], new SamplingOptions(500) { Grammar = ambiguous });
        await Assert.ThrowsAsync<GrammarException>(() => Answer.Of(engine, request, cancel));
        Assert.Equal(expected.Text, (await other).Text);
        Assert.Equal(expected.Text, (await Answer.Of(engine, Answer.Ask(tiny.Model, "hello", 200), cancel)).Text);
    }

    [Fact]
    public async Task A_grammar_whose_letters_the_model_would_never_say_is_kept_to()
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        var answer = await SayAsync(engine, "root ::= [\\u4e00-\\u9fff]{3} [\\U0001F600-\\U0001F64F]", 60);
        Assert.Equal(FinishReason.Stop, answer.End.Reason);
        Assert.Equal(4, answer.Text.EnumerateRunes().Count());
    }

    /// <summary>What people ask for stays far within the work that is allowed, even where every token is another than the model's.</summary>
    [Fact]
    public async Task Looking_at_the_whole_vocabulary_for_every_token_is_allowed()
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        const string Unlikely = "root ::= \"{\" member (\", \" member){5} \"}\"\nmember ::= string \": \" string\nstring ::= \"\\\"\" ([^\"\\\\a-mA-M\\x01-\\x1F] | \"\\\\\" [bnrt]){12} \"\\\"\"";
        Assert.Equal(FinishReason.Stop, (await SayAsync(engine, Unlikely, 300)).End.Reason);
    }

    private async Task<Answer> SayAsync(GenerationEngine engine, string? grammar, int tokens, float temperature = 0)
    {
        var started = Stopwatch.GetTimestamp();
        var sampling = new SamplingOptions(tokens, temperature, Seed: 7) { Grammar = grammar is null ? null : Grammar.Parse(grammar) };
        var answer = await Answer.Of(engine, new([Answer.Tokens(smol.Model, "Once upon a time")], sampling), TestContext.Current.CancellationToken);
        TestContext.Current.TestOutputHelper?.WriteLine($"{Stopwatch.GetElapsedTime(started).TotalMilliseconds:F0} ms: {answer.Text} {answer.End.Timings}");
        return answer;
    }
}
