using SparseClip.Vlm.Llama.Generation;

namespace SparseClip.Vlm.Llama.Tests.Generation;

public sealed class ThreadTunerTests
{
    /// <summary>Runs steps whose time depends on the threads, and tells how often each number was used.</summary>
    private static Dictionary<int, int> Run(ThreadTuner tuner, int steps, Func<int, double> milliseconds)
    {
        var used = new Dictionary<int, int> { [1] = 0, [4] = 0 };
        for (var i = 0; i < steps; i++)
        {
            used[tuner.Threads]++;
            tuner.Report(milliseconds(tuner.Threads));
        }

        return used;
    }

    [Fact]
    public void Free_cores_are_used_and_rarely_left()
    {
        var tuner = new ThreadTuner(4);
        tuner.Begin(threads => 12.0 / threads);
        Assert.InRange(Run(tuner, 2000, threads => 12.0 / threads)[1], 0, 20);
    }

    [Fact]
    public void Busy_cores_are_left_and_come_back_when_they_are_free()
    {
        var tuner = new ThreadTuner(4);
        tuner.Begin(threads => 12.0 / threads);
        var busy = Run(tuner, 2000, threads => threads == 1 ? 12 : 1000);
        Assert.InRange(busy[4], 1, 40);
        Assert.InRange(Run(tuner, 3000, threads => 12.0 / threads)[1], 0, 1100);
        Assert.Equal(4, tuner.Threads);
    }

    [Fact]
    public void A_busy_start_begins_with_one_thread()
    {
        var tuner = new ThreadTuner(4);
        tuner.Begin(threads => threads == 1 ? 12 : 1000);
        Assert.Equal(1, tuner.Threads);
    }

    [Fact]
    public void One_core_stays_one_thread()
    {
        var tuner = new ThreadTuner(1);
        tuner.Begin(_ => throw new InvalidOperationException("Nothing is to be measured."));
        Assert.Equal(100, Run(tuner, 100, _ => 5)[1]);
    }
}
