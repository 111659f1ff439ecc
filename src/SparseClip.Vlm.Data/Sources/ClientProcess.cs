using System.ComponentModel;
using System.Diagnostics;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>Runs a registry's client to its end.</summary>
internal static class ClientProcess
{
    /// <param name="program">Name of the program, looked for on the PATH.</param>
    /// <param name="arguments">Its arguments, each passed as it is.</param>
    /// <param name="directory">Where it runs.</param>
    /// <param name="problem">What failed if it fails.</param>
    /// <param name="remedy">What to do then.</param>
    /// <param name="cancellation">Ends the program too.</param>
    /// <exception cref="DataBuildException">The program is missing or ends with an error.</exception>
    public static async Task RunAsync(
        string program, IEnumerable<string> arguments, string directory, string problem, string remedy, CancellationToken cancellation)
    {
        using var process = new Process
        {
            StartInfo = new ProcessStartInfo(program, arguments)
            {
                WorkingDirectory = directory,
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            },
        };
        try
        {
            process.Start();
        }
        catch (Win32Exception error)
        {
            throw new DataBuildException($"{problem}: the program '{program}' is not there ({error.Message}). {remedy}", error);
        }

        process.StandardInput.Close();
        Task<string> output = process.StandardOutput.ReadToEndAsync(CancellationToken.None);
        Task<string> errors = process.StandardError.ReadToEndAsync(CancellationToken.None);
        try
        {
            await process.WaitForExitAsync(cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }

        string said = await errors.ConfigureAwait(false);
        await output.ConfigureAwait(false);
        if (process.ExitCode != 0)
        {
            throw new DataBuildException($"{problem}: '{program}' ended with code {process.ExitCode} ({LastLine(said)}). {remedy}");
        }
    }

    private static string LastLine(string text)
    {
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return lines.LastOrDefault(l => l.StartsWith("E:", StringComparison.Ordinal) || l.Contains("code E", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "it said nothing";
    }
}
