using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class SamplingTests(SmolLm smol)
{
    private static readonly GenerationOptions Options = new() { Sequences = 2, ContextLength = 256, Threads = 1 };

    private async Task<Answer> Say(SamplingOptions sampling, string prompt = "Once upon a time")
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        return await Answer.Of(engine, new([Answer.Tokens(smol.Model, prompt, parseSpecial: true)], sampling), TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task A_seed_repeats_and_another_differs()
    {
        var one = await Say(new SamplingOptions(16, 1f, 0.9f, Seed: 1));
        Assert.Equal(one.Text, (await Say(new SamplingOptions(16, 1f, 0.9f, Seed: 1))).Text);
        Assert.NotEqual(one.Text, (await Say(new SamplingOptions(16, 1f, 0.9f, Seed: 2))).Text);
    }

    [Fact]
    public async Task A_tiny_nucleus_is_greedy() =>
        Assert.Equal((await Say(new SamplingOptions(16))).Text, (await Say(new SamplingOptions(16, 1f, 1e-6f, Seed: 3))).Text);

    [Fact]
    public async Task So_are_one_likeliest_token_and_tokens_as_likely_as_it()
    {
        var greedy = (await Say(new SamplingOptions(16))).Text;
        Assert.Equal(greedy, (await Say(new SamplingOptions(16, 2f, Seed: 3) { TopK = 1 })).Text);
        Assert.Equal(greedy, (await Say(new SamplingOptions(16, 2f, Seed: 3) { MinP = 1f })).Text);
    }

    [Fact]
    public async Task Typical_tokens_are_others_than_the_likeliest()
    {
        var whole = await Say(new SamplingOptions(16, 1f, Seed: 3));
        Assert.NotEqual(whole.Text, (await Say(new SamplingOptions(16, 1f, Seed: 3) { TypicalP = 0.1f })).Text);
    }

    [Fact]
    public async Task Frequency_and_presence_are_penalised_and_rewarded()
    {
        const string Ones = "1, 1, 1, 1, 1, 1,";
        var plain = (await Say(new SamplingOptions(24), Ones)).Text;
        var rare = (await Say(new SamplingOptions(24) { FrequencyPenalty = 2f }, Ones)).Text;
        Assert.True(Kinds(rare) > Kinds(plain), rare);
        var story = (await Say(new SamplingOptions(24))).Text;
        foreach (var fond in (SamplingOptions[])[new(24) { FrequencyPenalty = -2f }, new(24) { PresencePenalty = -2f }])
        {
            var said = (await Say(fond)).Text;
            Assert.True(Kinds(said) < Kinds(story), said);
        }

        int Kinds(string text) => smol.Model.Tokenize(text, false, false).Distinct().Count();
    }

    [Fact]
    public async Task A_strong_repetition_penalty_says_no_token_twice()
    {
        var answer = await Say(new SamplingOptions(24) { RepeatPenalty = 10f }, "1, 1, 1, 1, 1, 1,");
        var ids = smol.Model.Tokenize(answer.Text, false, false);
        Assert.Equal(ids.Distinct().Count(), ids.Length);
    }

    [Fact]
    public async Task A_stop_string_ends_the_answer_and_is_no_part_of_it()
    {
        var whole = await Say(new SamplingOptions(24), "1, 2, 3, 4,");
        Assert.Contains("8, 9", whole.Text, StringComparison.Ordinal);
        var stopped = await Say(new SamplingOptions(24, Stop: ["8, 9", "never"]), "1, 2, 3, 4,");
        Assert.Equal(whole.Text[..whole.Text.IndexOf("8, 9", StringComparison.Ordinal)], stopped.Text);
        Assert.Equal(FinishReason.Stop, stopped.End.Reason);
    }

    [Fact]
    public async Task The_end_of_a_turn_ends_the_answer()
    {
        var answer = await Say(new SamplingOptions(200), "<|im_start|>user\nSay only: yes<|im_end|>\n<|im_start|>assistant\n");
        Assert.Equal(FinishReason.Stop, answer.End.Reason);
        Assert.DoesNotContain("<|im_end|>", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Progress_rises_to_the_whole_prompt()
    {
        var answer = await Say(new SamplingOptions(1), string.Join(' ', Enumerable.Range(0, 60)));
        Assert.Equal(0, answer.Prefill[0].Done);
        Assert.Equal(answer.Prefill[^1].Total, answer.Prefill[^1].Done);
        Assert.Equal(answer.Prefill.Select(p => p.Done).Order().Distinct(), answer.Prefill.Select(p => p.Done));
        Assert.True(answer.Prefill.Count > 2);
    }
}
