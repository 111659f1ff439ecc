using System.Diagnostics;
using System.Text.RegularExpressions;
using SparseClip.Vlm.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(ServedModel))]

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary><c>sparseclip serve</c> as a process of its own on a free port of the loopback.</summary>
public sealed partial class ServedModel : IAsyncLifetime
{
    private readonly DirectoryInfo _images = Directory.CreateTempSubdirectory("sparseclip-images-");
    private readonly List<string> _output = [];
    private Process? _process;

    /// <summary>Where it listens.</summary>
    public Uri Address { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        Assert.True(File.Exists(Repository.CommandLine), $"{Repository.CommandLine} is missing: build the command line first.");
        Assert.True(
            File.Exists(Path.Combine(Path.GetDirectoryName(Repository.CommandLine)!, "wwwroot", "index.html")),
            "The page is not beside the command line: build with --configuration Release, or with -p:IncludePage=true.");
        var listening = new TaskCompletionSource<Uri>(TaskCreationOptions.RunContinuationsAsynchronously);
        _process = new Process
        {
            StartInfo = new ProcessStartInfo(
                "dotnet",
                [
                    Repository.CommandLine, "serve", "--model", Repository.Bundle, "--urls", "http://127.0.0.1:0",
                    "--set", $"ImageDirectory={_images.FullName}",
                ])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            },
            EnableRaisingEvents = true,
        };
        _process.OutputDataReceived += (_, line) => Take(line.Data, listening);
        _process.ErrorDataReceived += (_, line) => Take(line.Data, listening);
        _process.Exited += (_, _) => listening.TrySetException(new InvalidOperationException($"The server ended:\n{Log()}"));
        _process.Start();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
        Address = await listening.Task;
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited)
            {
                _process.Kill(entireProcessTree: true);
                await _process.WaitForExitAsync();
            }

            _process.Dispose();
        }

        _images.Delete(recursive: true);
    }

    private void Take(string? line, TaskCompletionSource<Uri> listening)
    {
        lock (_output)
        {
            _output.Add(line ?? "");
        }

        if (line is not null && Listening().Match(line) is { Success: true } match)
        {
            listening.TrySetResult(new Uri(match.Groups[1].Value));
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
