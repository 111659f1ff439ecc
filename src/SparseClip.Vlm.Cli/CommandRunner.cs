using System.CommandLine;
using System.Net.Sockets;
using SparseClip.Vlm.Cli.Serve;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Cli;

/// <summary>Runs a command line and turns what goes wrong into one line on the error stream and an exit code.</summary>
internal static class CommandRunner
{
    /// <summary>A fault of the program.</summary>
    public const int Failed = 1;

    /// <summary>Bad input: a wrong option, a missing or damaged file, a refused request.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by Ctrl-C, as shells report it.</summary>
    public const int Cancelled = 130;

    /// <summary>The option that shows where an unexpected error happened.</summary>
    public const string Verbose = "--verbose";

    /// <summary>What a command gets to end after Ctrl-C.</summary>
    private static readonly TimeSpan s_grace = new InvocationConfiguration().ProcessTerminationTimeout!.Value;

    /// <returns>The exit code.</returns>
    /// <param name="root">All commands.</param>
    /// <param name="args">The command line.</param>
    /// <param name="output">Gets help and version; commands themselves write to the console.</param>
    /// <param name="error">Gets the one line.</param>
    public static async Task<int> RunAsync(RootCommand root, string[] args, TextWriter output, TextWriter error)
    {
        try
        {
            var parsed = root.Parse(args);
            if (parsed.Errors.Count > 0)
            {
                await error.WriteLineAsync($"sparseclip: {OneLine(UsageProblem.Of(parsed))}").ConfigureAwait(false);
                return BadInput;
            }

            var invocation = new InvocationConfiguration
            {
                EnableDefaultExceptionHandler = false,
                Output = output,
                Error = error,
                // The server ends in an order of its own.
                ProcessTerminationTimeout = ServeCommand.IsCalled(parsed) ? null : s_grace,
            };
            return await parsed.InvokeAsync(invocation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await error.WriteLineAsync("sparseclip: cancelled.").ConfigureAwait(false);
            return Cancelled;
        }
        catch (Exception e) when (IsExpected(e))
        {
            await error.WriteLineAsync($"sparseclip: {OneLine(e.Message)}").ConfigureAwait(false);
            return BadInput;
        }
        catch (Exception e)
        {
            await error.WriteLineAsync($"sparseclip: unexpected {(args.Contains(Verbose) ? e.ToString() : Brief(e))}").ConfigureAwait(false);
            return Failed;
        }
    }

    // Exceptions of our own say what was wrong and what to do; those of files and sockets name the file or address.
    private static bool IsExpected(Exception error) =>
        error is SparseClipException or IOException or UnauthorizedAccessException or SocketException or HttpRequestException;

    private static string Brief(Exception error) => $"{error.GetType().Name}: {OneLine(error.Message)} This is a fault of the program; {Verbose} shows where it happened.";

    private static string OneLine(string message) => string.Join(' ', message.Split(['\r', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));
}
