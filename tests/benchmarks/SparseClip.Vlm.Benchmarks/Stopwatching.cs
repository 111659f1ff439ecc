using System.Diagnostics;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>Times repeated runs of something and prints a line. The median tells what it costs, the fastest what it could cost on an idle machine.</summary>
internal sealed class Stopwatching(double seconds)
{
    /// <param name="name">What is timed.</param>
    /// <param name="items">How many items a run handles, such as pictures.</param>
    /// <param name="unit">What the items are called in the plural.</param>
    /// <param name="run">One run.</param>
    public void Time(string name, int items, string unit, Action run)
    {
        var times = Run(run);
        var (median, fastest) = (times[times.Count / 2], times[0]);
        Console.WriteLine($"{name,-52} {median * 1000,9:F2} ms median {fastest * 1000,9:F2} ms fastest {items / median,9:F0} {unit}/s");
    }

    /// <param name="name">What is timed.</param>
    /// <param name="operations">Floating-point operations of a run.</param>
    /// <param name="run">One run.</param>
    public void TimeOperations(string name, double operations, Action run)
    {
        var times = Run(run);
        Console.WriteLine($"{name,-52} {operations / times[times.Count / 2] / 1e9,9:F0} GFLOP/s median {operations / times[0] / 1e9,9:F0} GFLOP/s fastest");
    }

    private List<double> Run(Action run)
    {
        for (var warmUp = 0; warmUp < 3; warmUp++)
        {
            run();
        }

        var times = new List<double>();
        var all = Stopwatch.StartNew();
        while (times.Count < 5 || all.Elapsed.TotalSeconds < seconds)
        {
            var one = Stopwatch.StartNew();
            run();
            times.Add(one.Elapsed.TotalSeconds);
        }

        times.Sort();
        return times;
    }
}
