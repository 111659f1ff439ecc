using System.Diagnostics;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary>What a study is doing, as one line on the error stream that is written over; a line now and then where nobody watches.</summary>
internal sealed class StudyLine
{
    private const int Width = 100;
    private static readonly TimeSpan s_quiet = TimeSpan.FromSeconds(20);
    private readonly long _started = Stopwatch.GetTimestamp();
    private long _last;

    public void Report(string what)
    {
        var line = $"{Stopwatch.GetElapsedTime(_started):h\\:mm\\:ss}  {what}";
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write('\r' + line.PadRight(Width)[..Width]);
        }
        else if (_last == 0 || Stopwatch.GetElapsedTime(_last) > s_quiet)
        {
            Console.Error.WriteLine(line);
            _last = Stopwatch.GetTimestamp();
        }
    }

    public static void End()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine();
        }
    }
}
