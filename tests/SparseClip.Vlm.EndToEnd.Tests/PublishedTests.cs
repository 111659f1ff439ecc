using System.Diagnostics;
using System.Net;
using System.Text.Json;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What the Dockerfile makes, made and run by its own steps as plain commands: published with its runtime, with the image's environment and nothing else of this machine's.</summary>
public sealed class PublishedTests : IDisposable
{
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("sparseclip-published-");
    private readonly string[] _steps = File.ReadAllLines(Path.Combine(Repository.Root, "Dockerfile"));

    private static string App => Path.Combine(Repository.Root, "artifacts", "publish", "tested");

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _data.Delete(recursive: true);

    [Fact]
    public async Task The_image_s_steps_give_a_server_that_asks_for_keys_serves_the_page_and_tells_its_health()
    {
        Assert.Contains("RUN eng/publish /app", _steps);
        await RunAsync(new ProcessStartInfo(Path.Combine(Repository.Root, "eng", "publish"), [App]));

        var key = (await RunAsync(Image("keys", "create", "--name", "ada", "--data", "/data"))).Trim();
        await using var server = await ServerProcess.StartAsync(Image(Words("CMD [")));
        var address = new UriBuilder(server.Address) { Host = "localhost" }.Uri;
        using var http = new HttpClient { BaseAddress = address };
        Assert.Contains("<title>", await http.GetStringAsync(new Uri("/", UriKind.Relative), Stop), StringComparison.Ordinal);
        using (var refused = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), Stop))
        {
            Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
        }

        var check = Words("HEALTHCHECK ");
        Assert.Equal("http://localhost:8080", check[^1]);
        var health = "";
        while (!health.Contains("ready", StringComparison.Ordinal))
        {
            await Task.Delay(500, Stop);
            health = await RunAsync(Image([.. check[1..^1], address.ToString()]), mayFail: true);
        }

        http.DefaultRequestHeaders.Authorization = new("Bearer", key);
        Assert.Contains("sparseclip-default", await http.GetStringAsync(new Uri("/v1/models", UriKind.Relative), Stop), StringComparison.Ordinal);
        await server.TerminateAsync();
        Assert.Equal(0, await server.ExitAsync(Stop));
        Assert.True(Directory.Exists(Path.Combine(_data.FullName, "images")));
    }

    /// <summary>The program as the image starts it; any free port, because others may use its own.</summary>
    private ProcessStartInfo Image(params string[] arguments)
    {
        var start = new ProcessStartInfo(Here(Assert.Single(Words("ENTRYPOINT "))), arguments.Select(Here));
        start.Environment.Clear();
        foreach (var pair in string.Join(' ', _steps.SkipWhile(step => !step.StartsWith("ENV ", StringComparison.Ordinal)).TakeWhile(step => step.StartsWith("ENV ", StringComparison.Ordinal) || step.StartsWith("    ", StringComparison.Ordinal)))
            .Replace("ENV ", "", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal).Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            var (name, value) = (pair[..pair.IndexOf('=', StringComparison.Ordinal)], pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]);
            start.Environment[name] = Here(value);
        }

        return start;
    }

    /// <summary>A path or address of the image on this machine.</summary>
    private string Here(string text) => text switch
    {
        "http://+:8080" => "http://+:0",
        _ when text.StartsWith("/app", StringComparison.Ordinal) => App + text["/app".Length..],
        _ when text.StartsWith("/data", StringComparison.Ordinal) => _data.FullName + text["/data".Length..],
        "/models/default" => Repository.Bundle,
        _ => text,
    };

    /// <summary>The strings of the one step that begins so.</summary>
    private string[] Words(string step)
    {
        var line = Assert.Single(_steps, line => line.StartsWith(step, StringComparison.Ordinal));
        return JsonSerializer.Deserialize<string[]>(line[line.IndexOf('[', StringComparison.Ordinal)..])!;
    }

    private static async Task<string> RunAsync(ProcessStartInfo start, bool mayFail = false)
    {
        (start.RedirectStandardOutput, start.RedirectStandardError) = (true, true);
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync(Stop);
        var output = await process.StandardOutput.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.True(mayFail || process.ExitCode == 0, $"{start.FileName} ended with {process.ExitCode}: {output}{await error}");
        return output;
    }
}
