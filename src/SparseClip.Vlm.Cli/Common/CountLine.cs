namespace SparseClip.Vlm.Cli.Common;

/// <summary>One line on the error stream that says how far a long work is; silent where nobody watches.</summary>
/// <param name="what">What is counted, such as "pictures".</param>
/// <param name="total">How many there are.</param>
internal sealed class CountLine(string what, int total) : IProgress<int>
{
    public void Report(int value)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write($"\r{value:N0} of {total:N0} {what}");
        }
    }

    /// <summary>Ends the line, if there is one.</summary>
    public static void End()
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.WriteLine();
        }
    }
}
