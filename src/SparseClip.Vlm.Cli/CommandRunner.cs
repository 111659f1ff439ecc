using System.CommandLine;
using System.Net.Sockets;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Cli;

/// <summary>Runs a command line and turns what goes wrong into one line on the error stream and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>Bad input: a wrong option, a missing or damaged file, a refused request.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by Ctrl-C, as shells report it.</summary>
    public const int Cancelled = 130;

    public static async Task<int> RunAsync(RootCommand root, string[] args)
    {
        ParseResult parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"sparseclip: {parsed.Errors[0].Message} See 'sparseclip {string.Join(' ', Path(parsed))}--help'.").ConfigureAwait(false);
            return BadInput;
        }

        try
        {
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("sparseclip: cancelled.").ConfigureAwait(false);
            return Cancelled;
        }
        catch (Exception error) when (IsExpected(error))
        {
            await Console.Error.WriteLineAsync($"sparseclip: {OneLine(error.Message)}").ConfigureAwait(false);
            return BadInput;
        }
    }

    // Exceptions of our own say what was wrong and what to do; those of files and sockets name the file or address.
    private static bool IsExpected(Exception error) =>
        error is SparseClipException or IOException or UnauthorizedAccessException or SocketException or HttpRequestException;

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

    private static IEnumerable<string> Path(ParseResult parsed)
    {
        var names = new Stack<string>();
        for (var at = parsed.CommandResult; at.Command is not RootCommand; at = (System.CommandLine.Parsing.CommandResult)at.Parent!)
        {
            names.Push(at.Command.Name);
        }

        return names.Count == 0 ? [] : [.. names, ""];
    }
}
