using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary><c>sparseclip serve</c> as a process of its own on the loopback.</summary>
internal sealed partial class ServerProcess : IAsyncDisposable
{
    private readonly List<string> _output = [];
    private readonly TaskCompletionSource<Uri> _listening = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Process _process;
    private bool _isEnded;

    private ServerProcess(ProcessStartInfo start)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        _process = new Process { StartInfo = start, EnableRaisingEvents = true };
        _process.OutputDataReceived += (_, line) => Take(line.Data);
        _process.ErrorDataReceived += (_, line) => Take(line.Data);
        _process.Exited += (_, _) => _listening.TrySetException(new InvalidOperationException($"The server ended:\n{Log()}"));
    }

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    /// <summary>Starts it and waits until it listens; its model may still be loading.</summary>
    /// <param name="images">Where it keeps pictures.</param>
    /// <param name="port">Where to listen; 0 for a free port.</param>
    /// <param name="settings">Settings as NAME=VALUE.</param>
    public static async Task<ServerProcess> StartAsync(DirectoryInfo images, int port = 0, params string[] settings)
    {
        Assert.True(File.Exists(Repository.CommandLine), $"{Repository.CommandLine} is missing: build the command line first.");
        Assert.True(
            File.Exists(Path.Combine(Path.GetDirectoryName(Repository.CommandLine)!, "wwwroot", "index.html")),
            "The page is not beside the command line: build with --configuration Release, or with -p:IncludePage=true.");
        return await StartAsync(new ProcessStartInfo("dotnet",
        [
            Repository.CommandLine, "serve", "--model", Repository.Bundle, "--urls", $"http://127.0.0.1:{port}",
            .. settings.Prepend($"ImageDirectory={images.FullName}").Prepend($"TaughtConcepts={Path.Combine(images.FullName, "taught.jsonl")}").SelectMany(setting => new[] { "--set", setting }),
        ]));
    }

    /// <summary>Starts a program that is one and waits until it listens.</summary>
    public static async Task<ServerProcess> StartAsync(ProcessStartInfo start)
    {
        var server = new ServerProcess(start);
        server._process.Start();
        server._process.BeginOutputReadLine();
        server._process.BeginErrorReadLine();
        server.Address = await server._listening.Task;
        return server;
    }

    /// <summary>Tells it to stop, as a service manager does.</summary>
    public async Task TerminateAsync()
    {
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits until it has ended.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> ExitAsync(CancellationToken cancellationToken)
    {
        await _process.WaitForExitAsync(cancellationToken);
        return _process.ExitCode;
    }

    /// <summary>Ends it at once, as a crash would.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
            await _process.WaitForExitAsync();
        }

        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_output)
        {
            _output.Add(line ?? "");
        }

        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            _listening.TrySetResult(new Uri(match.Groups[1].Value));
        }
    }

    private string Log()
    {
        lock (_output)
        {
            return string.Join('\n', _output);
        }
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
