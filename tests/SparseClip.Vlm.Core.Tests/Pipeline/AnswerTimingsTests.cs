using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Core.Tests.Pipeline;

public class AnswerTimingsTests
{
    [Theory]
    [InlineData(6, 2000, 3)]
    [InlineData(0, 2000, 0)]
    [InlineData(1, 0, 0)]
    public void Tokens_a_second_are_those_of_decode(int tokens, double milliseconds, double expected) =>
        Assert.Equal(expected, new AnswerTimings(CacheN: 5, PromptN: 7, PromptMs: 100, tokens, milliseconds).PredictedPerSecond);
}
