using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// Many clients that stream answers from a server of its own process for minutes, some of which leave in the middle: tells errors, tokens that did not arrive, and how the server's memory goes.
/// </summary>
internal sealed partial class Soak : IDisposable
{
    private const int Clients = 64;
    private const int LeaversOfTen = 2;

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxConnectionsPerServer = Clients + 8 }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly List<(double Seconds, double Megabytes)> _memory = [];
    private int _whole, _left, _tokens, _dropped;
    private readonly Dictionary<string, int> _errors = [];

    public static async Task RunAsync(double seconds)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-soak-");
        var (server, address) = await StartAsync(folder.FullName);
        using var soak = new Soak();
        soak._http.BaseAddress = address;
        try
        {
            await soak.ReadyAsync();
            var images = await Task.WhenAll(Directory.GetFiles(Repository.File("web", "SparseClip.Vlm.Web", "wwwroot", "samples"), "*.webp").Order(StringComparer.Ordinal).Take(8).Select(soak.UploadAsync));
            using var end = new CancellationTokenSource(TimeSpan.FromSeconds(seconds));
            var watch = soak.WatchAsync(server, end.Token);
            await Task.WhenAll(Enumerable.Range(0, Clients).Select(client => soak.ClientAsync(client, images, end.Token)));
            await watch;
            soak.Report(seconds);
        }
        finally
        {
            server.Kill(entireProcessTree: true);
            await server.WaitForExitAsync();
            folder.Delete(recursive: true);
        }
    }

    public void Dispose() => _http.Dispose();

    private static async Task<(Process Server, Uri Address)> StartAsync(string folder)
    {
        var server = Process.Start(new ProcessStartInfo("dotnet",
        [
            Repository.File("artifacts", "bin", "SparseClip.Vlm.Cli", "release", "sparseclip.dll"), "serve", "--model", Repository.File("models", "default"), "--urls", "http://127.0.0.1:0",
            // A place that was left is free a moment later.
            "--set", $"MaxAnswers={2 * Clients}", "--set", $"ImageDirectory={folder}", "--set", $"DataDirectory={folder}", "--set", $"TaughtConcepts={folder}/taught.jsonl",
        ])
        { RedirectStandardOutput = true })!;
        while (await server.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Listening().Match(line) is { Success: true } match)
            {
                _ = server.StandardOutput.ReadToEndAsync();
                return (server, new Uri(match.Groups[1].Value));
            }
        }

        throw new InvalidOperationException("The server ended before it listened.");
    }

    private async Task ReadyAsync()
    {
        while (!(await _http.GetAsync(new Uri("/health/ready", UriKind.Relative))).IsSuccessStatusCode)
        {
            await Task.Delay(500);
        }
    }

    private async Task<string> UploadAsync(string file)
    {
        using var content = new ByteArrayContent(await File.ReadAllBytesAsync(file));
        content.Headers.ContentType = new("image/webp");
        using var answer = await _http.PostAsync(new Uri("/api/images", UriKind.Relative), content);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("id").GetString()!;
    }

    private async Task ClientAsync(int client, string[] images, CancellationToken end)
    {
        var random = new Random(client);
        while (!end.IsCancellationRequested)
        {
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(end);
            if (random.Next(10) < LeaversOfTen)
            {
                leave.CancelAfter(random.Next(1, 3000));
            }

            try
            {
                await AskAsync(Body(random, images), leave.Token);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref _left);
            }
            catch (Exception error) when (error is HttpRequestException or IOException)
            {
                Failed(error.Message);
            }
        }
    }

    private static object Body(Random random, string[] images)
    {
        object content = random.Next(3) == 0 ? $"Tell something about the number {random.Next(1000)}." : new object[]
        {
            new { type = "image_url", image_url = new { url = $"image:{images[random.Next(images.Length)]}" } },
            new { type = "text", text = random.Next(2) == 0 ? "What is in this picture?" : "Tell more about it." },
        };
        var edits = content is string || random.Next(2) == 0 ? [] : new object[] { new { feature = random.Next(8192), op = "set", value = 1.0 } };
        return new
        {
            stream = true, logprobs = true, max_tokens = random.Next(1, 48), temperature = 0.7, stream_options = new { include_usage = true },
            messages = new[] { new { role = "user", content } }, steering = edits.Length > 0 ? new { edits } : null,
        };
    }

    private async Task AskAsync(object body, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = JsonContent.Create(body) };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (!answer.IsSuccessStatusCode)
        {
            Failed($"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync(cancellationToken)}");
            return;
        }

        var (told, counted, isWhole) = (0, -1, false);
        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(cancellationToken));
        while (await reader.ReadLineAsync(cancellationToken) is { } line)
        {
            isWhole |= line == "data: [DONE]";
            if (!line.StartsWith("data: {", StringComparison.Ordinal))
            {
                continue;
            }

            var chunk = JsonElement.Parse(line["data: ".Length..]);
            if (chunk.TryGetProperty("error", out var error))
            {
                Failed(error.GetProperty("code").GetString()!);
                return;
            }

            told += chunk.GetProperty("choices").EnumerateArray().Sum(choice => choice.TryGetProperty("logprobs", out var logprobs) && logprobs.ValueKind == JsonValueKind.Object ? logprobs.GetProperty("content").GetArrayLength() : 0);
            counted = chunk.TryGetProperty("usage", out var usage) && usage.ValueKind == JsonValueKind.Object ? usage.GetProperty("completion_tokens").GetInt32() : counted;
        }

        if (!isWhole)
        {
            Failed("ended without [DONE]");
        }

        Interlocked.Increment(ref _whole);
        Interlocked.Add(ref _tokens, told);
        Interlocked.Add(ref _dropped, Math.Abs(counted - told));
    }

    private void Failed(string what)
    {
        lock (_errors)
        {
            _errors[what] = _errors.GetValueOrDefault(what) + 1;
        }
    }

    private async Task WatchAsync(Process server, CancellationToken end)
    {
        var started = Stopwatch.GetTimestamp();
        while (!end.IsCancellationRequested)
        {
            server.Refresh();
            _memory.Add((Stopwatch.GetElapsedTime(started).TotalSeconds, server.WorkingSet64 / 1e6));
            await Task.Delay(TimeSpan.FromSeconds(2), CancellationToken.None);
        }
    }

    private void Report(double seconds)
    {
        // The first half fills caches.
        var half = _memory.Where(point => point.Seconds > seconds / 2).ToList();
        var (meanTime, mean) = (half.Average(point => point.Seconds), half.Average(point => point.Megabytes));
        var slope = half.Sum(point => (point.Seconds - meanTime) * (point.Megabytes - mean)) / half.Sum(point => Math.Pow(point.Seconds - meanTime, 2));
        var noise = Math.Sqrt(half.Average(point => Math.Pow(point.Megabytes - mean - (slope * (point.Seconds - meanTime)), 2)));
        Console.WriteLine(FormattableString.Invariant($"{Clients} clients, {seconds:F0} s: {_whole} answers whole, {_left} left by their clients, {_tokens} tokens, {_dropped} of them lost; {_errors.Values.Sum()} errors"));
        foreach (var (what, count) in _errors)
        {
            Console.WriteLine($"  {count} x {what}");
        }

        Console.WriteLine(FormattableString.Invariant($"memory: {_memory[0].Megabytes:F0} MB at first, {mean:F0} MB in the second half, changing by {slope * 60:F2} MB a minute (scatter {noise:F1} MB)"));
    }

    [GeneratedRegex(@"Now listening on: (http://\S+)")]
    private static partial Regex Listening();
}
