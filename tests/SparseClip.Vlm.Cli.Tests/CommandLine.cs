using System.Diagnostics;

namespace SparseClip.Vlm.Cli.Tests;

/// <summary>Runs the program as people do: as a process of its own.</summary>
internal static class CommandLine
{
    /// <summary>A picture to ask about.</summary>
    public static string Picture { get; } = Path.Combine(AppContext.BaseDirectory, "fixtures", "picture.png");

    public static Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] arguments) =>
        RunInAsync(Environment.CurrentDirectory, arguments);

    /// <summary>With another current directory.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> RunInAsync(string directory, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "sparseclip.dll"), .. arguments])
        {
            WorkingDirectory = directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>Bad input: exit code 2, nothing on the output, one line on the error stream.</summary>
    public static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await RunAsync(arguments);
        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        return Assert.Single(error.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }
}
