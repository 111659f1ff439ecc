using System.Text;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

/// <summary>How likely tokens were is told as the model sees it, whatever was done to its logits afterwards.</summary>
public sealed class LikelihoodTests(SmolLm smol, TinyModel tiny)
{
    private static readonly GenerationOptions Options = new() { Sequences = 2, ContextLength = 256, Threads = 1 };

    [Fact]
    public void Probabilities_of_all_tokens_sum_to_one_however_large_the_logits()
    {
        foreach (var shift in (float[])[0, -3e6f, 3e6f, 90])
        {
            float[] logits = [shift, shift + 1, shift - 1];
            var (highest, logSum) = Likelihoods.Normalizer(logits);
            Assert.Equal(1, logits.Sum(logit => Math.Exp(logit - highest - logSum)), 1e-6);
        }

        Assert.Equal((3e38f, 0.0), Likelihoods.Normalizer([3e38f, -3e38f]));
    }

    [Fact]
    public void The_highest_come_first_and_of_equal_ones_the_lower_id()
    {
        Assert.Equal([3, 1, 2, 0], Likelihoods.Highest([1, 5, 5, 9], 20));
        Assert.Equal([3, 1], Likelihoods.Highest([1, 5, 5, 9], 2));
        Assert.Empty(Likelihoods.Highest([1, 5], 0));
    }

    [Fact]
    public async Task Of_a_greedy_answer_each_token_is_its_own_likeliest()
    {
        var tokens = await TokensAsync(new SamplingOptions(12) { Likeliest = 5 });
        Assert.All(tokens, token => Assert.Equal(token.Token.Bytes.ToArray(), token.Likeliest[0].Bytes.ToArray()));
        Assert.All(tokens, token => Assert.Equal(token.Likeliest.OrderByDescending(other => other.LogProbability), token.Likeliest));
        Assert.All(tokens, token => Assert.Equal(5, token.Likeliest.Count));
        Assert.All(tokens.SelectMany(token => token.Likeliest), token => Assert.InRange(token.LogProbability, -100, 0));
    }

    [Fact]
    public async Task Sampling_options_leave_the_probabilities_alone()
    {
        var plain = await TokensAsync(new SamplingOptions(1) { Likeliest = 3 });
        var other = await TokensAsync(new SamplingOptions(1, 2f, Seed: 1) { Likeliest = 3, TopK = 1, RepeatPenalty = 2, PresencePenalty = 1 });
        Assert.Equal(plain[0].Likeliest.Select(token => (token.Text, token.LogProbability)), other[0].Likeliest.Select(token => (token.Text, token.LogProbability)));
    }

    [Fact]
    public async Task Nothing_is_told_unless_asked_for() => Assert.Empty(await TokensAsync(new SamplingOptions(4)));

    /// <summary>Every token of this model is a byte, and most are no text by themselves.</summary>
    [Fact]
    public async Task Parts_of_characters_are_told_as_bytes()
    {
        await using var engine = new GenerationEngine(tiny.Model, Options);
        var (text, tokens) = await SayAsync(engine, new([Answer.Tokens(tiny.Model, "x")], new SamplingOptions(60, 2f, Seed: 11) { Likeliest = 0 }));
        Assert.Contains(tokens, token => token.Token.Text == "\uFFFD");
        Assert.True(text.Length > 0);
        Assert.StartsWith(text, Encoding.UTF8.GetString([.. tokens.SelectMany(token => token.Token.Bytes.ToArray())]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tokens_of_a_stop_text_are_not_told()
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        var prompt = Answer.Tokens(smol.Model, "1, 2, 3, 4,");
        var whole = await SayAsync(engine, new([prompt], new SamplingOptions(24) { Likeliest = 1 }));
        var (text, tokens) = await SayAsync(engine, new([prompt], new SamplingOptions(24, Stop: [", 8"]) { Likeliest = 1 }));
        Assert.Equal(text, string.Concat(tokens.Select(token => token.Token.Text)));
        Assert.Equal(whole.Tokens.Take(tokens.Count).Select(token => token.Token.LogProbability), tokens.Select(token => token.Token.LogProbability));
    }

    private async Task<IReadOnlyList<ChosenToken>> TokensAsync(SamplingOptions sampling)
    {
        await using var engine = new GenerationEngine(smol.Model, Options);
        var (text, tokens) = await SayAsync(engine, new([Answer.Tokens(smol.Model, "Once upon a time")], sampling));
        Assert.Equal(sampling.Likeliest is null ? "" : text, string.Concat(tokens.Select(token => token.Token.Text)));
        return tokens;
    }

    private static async Task<(string Text, IReadOnlyList<ChosenToken> Tokens)> SayAsync(GenerationEngine engine, GenerationRequest request)
    {
        var (text, tokens) = ("", new List<ChosenToken>());
        await foreach (var happened in engine.GenerateAsync(request, TestContext.Current.CancellationToken))
        {
            if (happened is TokenText piece)
            {
                text += piece.Text;
                tokens.AddRange(piece.Tokens);
            }
        }

        return (text, tokens);
    }
}
