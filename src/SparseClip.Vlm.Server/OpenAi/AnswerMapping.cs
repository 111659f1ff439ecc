using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>What both of OpenAI's shapes tell alike of an answer.</summary>
internal static class AnswerMapping
{
    /// <summary>How likely tokens were.</summary>
    public static IReadOnlyList<ChosenTokenLogprob> ToLogprobs(IReadOnlyList<ChosenToken> tokens) => [.. tokens.Select(token => new ChosenTokenLogprob(
        token.Token.Text, token.Token.LogProbability, ToBytes(token.Token), [.. token.Likeliest.Select(other => new TokenLogprob(other.Text, other.LogProbability, ToBytes(other)))]))];

    /// <summary>Tokens used.</summary>
    public static Usage ToUsage(AnswerTimings timings)
    {
        var prompt = timings.CacheN + timings.PromptN;
        return new Usage(prompt, timings.PredictedN, prompt + timings.PredictedN, new PromptTokensDetails(timings.CacheN));
    }

    private static int[] ToBytes(TokenProbability token) => [.. token.Bytes.ToArray().Select(letter => (int)letter)];
}
