using SparseClip.Vlm.Server.Chat;

namespace SparseClip.Vlm.Server.Tests.Chat;

/// <summary>When there is probably room for another answer.</summary>
public sealed class AnswerTimesTests
{
    [Fact]
    public void Before_any_has_ended_it_is_a_second() => Assert.Equal(TimeSpan.FromSeconds(1), new AnswerTimes().Until(1, 4));

    [Fact]
    public void Answers_end_evenly_each_after_the_mean_time()
    {
        var times = new AnswerTimes();
        times.Add(TimeSpan.FromSeconds(20));
        Assert.Equal(TimeSpan.FromSeconds(5), times.Until(1, 4));
        Assert.Equal(TimeSpan.FromSeconds(10), times.Until(2, 4));
        times.Add(TimeSpan.FromSeconds(70));
        Assert.Equal(30, times.Until(1, 1).TotalSeconds, 6);
    }

    [Fact]
    public void It_is_a_second_at_least_and_two_minutes_at_most()
    {
        var times = new AnswerTimes();
        times.Add(TimeSpan.FromSeconds(0.5));
        Assert.Equal(TimeSpan.FromSeconds(1), times.Until(1, 4));
        times.Add(TimeSpan.FromHours(10));
        Assert.Equal(TimeSpan.FromMinutes(2), times.Until(1, 1));
    }
}
