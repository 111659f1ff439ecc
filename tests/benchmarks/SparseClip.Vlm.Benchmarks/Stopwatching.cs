using System.Diagnostics;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>Times repeated runs of something and prints a line. The median tells what it costs, the fastest what it could cost on an idle machine.</summary>
internal sealed class Stopwatching(double seconds)
{
    private const int WarmUps = 3;
    private const int Fewest = 5;
    private const int Rounds = 2;

    /// <summary>Seconds a figure.</summary>
    public double Seconds => seconds;

    /// <param name="name">What is timed.</param>
    /// <param name="items">How many items a run handles, such as pictures.</param>
    /// <param name="unit">What the items are called in the plural.</param>
    /// <param name="run">One run.</param>
    /// <returns>Items a second, at the median.</returns>
    public double Time(string name, int items, string unit, Action run)
    {
        WarmUp(run);
        return Print(name, items, unit, Repeat(run, seconds, Fewest));
    }

    /// <param name="name">What is timed.</param>
    /// <param name="operations">Floating-point operations of a run.</param>
    /// <param name="run">One run.</param>
    /// <returns>Operations a second, at the median.</returns>
    public double TimeOperations(string name, double operations, Action run)
    {
        WarmUp(run);
        var times = Repeat(run, seconds, Fewest);
        times.Sort();
        Console.WriteLine($"{name,-52} {operations / times[times.Count / 2] / 1e9,9:F0} GFLOP/s median {operations / times[0] / 1e9,9:F0} GFLOP/s fastest");
        return operations / times[times.Count / 2];
    }

    /// <summary>Times our run and another one in turns, so that both see the same machine, and prints the ratio of their speeds.</summary>
    /// <param name="name">What is timed.</param>
    /// <param name="items">How many items a run handles.</param>
    /// <param name="unit">What the items are called in the plural.</param>
    /// <param name="ours">One run of ours.</param>
    /// <param name="other">Whose run the other one is.</param>
    /// <param name="theirs">One run of the other.</param>
    public void Compare(string name, int items, string unit, Action ours, string other, Action theirs)
    {
        WarmUp(ours);
        WarmUp(theirs);
        var (own, foreign) = (new List<double>(), new List<double>());
        for (var round = 0; round < Rounds; round++)
        {
            own.AddRange(Repeat(ours, seconds / Rounds, Fewest));
            foreign.AddRange(Repeat(theirs, seconds / Rounds, Fewest));
        }

        var speed = Print(name, items, unit, own);
        PrintRatio(speed, other, Print("  " + other, items, unit, foreign));
    }

    /// <summary>Prints how many times as fast as another one we are.</summary>
    public static void PrintRatio(double ours, string other, double theirs) =>
        Console.WriteLine($"{$"  ours / {other}",-52} {ours / theirs,9:F2}");

    /// <summary>Prints the line of a figure.</summary>
    /// <param name="name">What was timed.</param>
    /// <param name="items">How many items a run handled.</param>
    /// <param name="unit">What the items are called in the plural.</param>
    /// <param name="times">Seconds of each run.</param>
    /// <returns>Items a second, at the median.</returns>
    public static double Print(string name, int items, string unit, IEnumerable<double> times)
    {
        var sorted = times.Order().ToList();
        var (median, fastest) = (sorted[sorted.Count / 2], sorted[0]);
        Console.WriteLine($"{name,-52} {median * 1000,9:F2} ms median {fastest * 1000,9:F2} ms fastest {items / median,9:F0} {unit}/s");
        return items / median;
    }

    private static void WarmUp(Action run)
    {
        for (var i = 0; i < WarmUps; i++)
        {
            run();
        }
    }

    private static List<double> Repeat(Action run, double seconds, int fewest)
    {
        var times = new List<double>();
        var all = Stopwatch.StartNew();
        while (times.Count < fewest || all.Elapsed.TotalSeconds < seconds)
        {
            var one = Stopwatch.StartNew();
            run();
            times.Add(one.Elapsed.TotalSeconds);
        }

        return times;
    }
}
