using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>The process is told to stop, or killed, while it answers.</summary>
public sealed class StopTests : IDisposable
{
    private const int Clients = 16;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-stop-");
    private readonly HttpClient _http = new() { Timeout = TimeSpan.FromMinutes(5) };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _http.Dispose();
        _folder.Delete(recursive: true);
    }

    [Theory]
    [InlineData(0, "interrupted")]
    [InlineData(300, "stop")]
    public async Task A_signal_lets_answers_end_or_tells_them_that_they_break_off(int seconds, string least)
    {
        await using var server = await ServerProcess.StartAsync(_folder, 0, $"DrainSeconds={seconds}");
        await ReadyAsync(server);
        var answers = Enumerable.Range(0, Clients).Select(client => AskAsync(server, client, seconds == 0 ? 512 : 24)).ToList();
        await Task.WhenAll(answers.Select(answer => answer.Begun));
        await server.TerminateAsync();

        var ends = await Task.WhenAll(answers.Select(answer => answer.End));
        Assert.All(ends, end => Assert.Contains(end, (string[])["stop", "length", "interrupted"]));
        Assert.True(least == "stop" ? !ends.Contains("interrupted") : ends.Contains("interrupted"), string.Join(' ', ends));
        Assert.Equal(0, await server.ExitAsync(Stop));
    }

    [Fact]
    public async Task Killed_in_the_middle_of_answers_and_an_upload_it_starts_again_with_all_pictures_whole()
    {
        byte[] picture = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "web", "SparseClip.Vlm.Web", "wwwroot", "samples", "dog.webp"), Stop);
        string id;
        await using (var server = await ServerProcess.StartAsync(_folder))
        {
            await ReadyAsync(server);
            id = await UploadAsync(server, picture);
            var answers = Enumerable.Range(0, 4).Select(client => AskAsync(server, client, 512)).ToList();
            await Task.WhenAll(answers.Select(answer => answer.Begun));
            var uploads = Enumerable.Range(0, 4).Select(async _ => await Record.ExceptionAsync(() => UploadAsync(server, [.. picture, 0]))).ToList();
            await server.DisposeAsync();
            await Task.WhenAll(answers.Select(async answer => await Record.ExceptionAsync(() => answer.End)));
            await Task.WhenAll(uploads);
        }

        await using (var server = await ServerProcess.StartAsync(_folder))
        {
            await ReadyAsync(server);
            Assert.Equal(picture, await _http.GetByteArrayAsync(new Uri(server.Address, $"/api/images/{id}"), Stop));
            foreach (var file in _folder.GetFiles().Where(file => file.Name.Length == 64))
            {
                using var kept = await _http.GetAsync(new Uri(server.Address, $"/api/images/{file.Name}/features"), Stop);
                Assert.Equal(HttpStatusCode.OK, kept.StatusCode);
            }
        }
    }

    /// <summary>As often as SPARSECLIP_KILLS says, else twice: what was told is kept but for the last pieces, and the answer is gone on with.</summary>
    [Fact]
    public async Task Killed_in_the_middle_of_a_kept_answer_it_has_what_was_told_and_goes_on()
    {
        var kills = int.TryParse(Environment.GetEnvironmentVariable("SPARSECLIP_KILLS"), CultureInfo.InvariantCulture, out var told) ? told : 2;
        for (var kill = 1; kill <= kills; kill++)
        {
            string id, answer, text;
            await using (var server = await ServerProcess.StartAsync(_folder, 0, $"DataDirectory={_folder.FullName}"))
            {
                await ReadyAsync(server);
                using var begun = await _http.PostAsJsonAsync(new Uri(server.Address, "/api/conversations"), new { title = $"{kill}" }, Stop);
                id = (await begun.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
                // Another moment each time, from the first piece on.
                (answer, text) = await ReadAndKillAsync(server, id, 1 + (kill * 7 % 90));
            }

            await using var again = await ServerProcess.StartAsync(_folder, 0, $"DataDirectory={_folder.FullName}");
            await ReadyAsync(again);
            var message = (await _http.GetFromJsonAsync<JsonElement>(new Uri(again.Address, $"/api/conversations/{id}"), Stop)).GetProperty("messages")[1];
            Assert.Equal(("interrupted", answer), (message.GetProperty("status").GetString(), message.GetProperty("id").GetString()));
            var kept = message.GetProperty("text").GetString()!;
            // What was told is kept but for 32 pieces, which are words or shorter; or a little more than was read.
            Assert.True(text.StartsWith(kept, StringComparison.Ordinal) || kept.StartsWith(text, StringComparison.Ordinal), $"kill {kill}: told '{text}', kept '{kept}'");
            Assert.True(text.Split(' ').Length - kept.Split(' ').Length <= 32, $"kill {kill}: told '{text}', kept '{kept}'");

            using var rest = await _http.PostAsJsonAsync(new Uri(again.Address, $"/api/conversations/{id}/answers"), new { @continue = answer }, Stop);
            Assert.Contains("\"done\"", await rest.Content.ReadAsStringAsync(Stop), StringComparison.Ordinal);
        }
    }

    private async Task<(string Answer, string Text)> ReadAndKillAsync(ServerProcess server, string id, int pieces)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, $"/api/conversations/{id}/answers"))
        {
            Content = JsonContent.Create(new { maxTokens = 400, messages = new[] { new { role = "user", text = "Write a long essay of ten chapters about the history of the sea." } } }),
        };
        using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Stop));
        var (answer, text) = ("", "");
        for (var told = 0; told < pieces;)
        {
            var line = await reader.ReadLineAsync(Stop) ?? throw new InvalidOperationException($"The answer ended after {told} pieces.");
            if (!line.StartsWith("data: ", StringComparison.Ordinal))
            {
                continue;
            }

            var step = JsonElement.Parse(line["data: ".Length..]);
            answer = step.GetProperty("type").GetString() == "kept" ? step.GetProperty("answer").GetString()! : answer;
            if (step.GetProperty("type").GetString() == "delta")
            {
                text += step.GetProperty("text").GetString();
                told++;
            }
        }

        await server.DisposeAsync();
        return (answer, text);
    }

    private async Task<string> UploadAsync(ServerProcess server, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        content.Headers.ContentType = new("image/webp");
        using var answer = await _http.PostAsync(new Uri(server.Address, "/api/images"), content, Stop);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<JsonElement>(Stop)).GetProperty("id").GetString()!;
    }

    private async Task ReadyAsync(ServerProcess server)
    {
        while (true)
        {
            using var ready = await _http.GetAsync(new Uri(server.Address, "/health/ready"), Stop);
            if (ready.IsSuccessStatusCode)
            {
                return;
            }

            await Task.Delay(200, Stop);
        }
    }

    /// <summary>Asks for a streamed answer.</summary>
    /// <returns>What is done when its status has come, and how it ended.</returns>
    private (Task Begun, Task<string> End) AskAsync(ServerProcess server, int client, int tokens)
    {
        var begun = new TaskCompletionSource();
        return (begun.Task, EndAsync());

        async Task<string> EndAsync()
        {
            using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(server.Address, "/v1/chat/completions"))
            {
                Content = JsonContent.Create(new { stream = true, max_tokens = tokens, messages = new[] { new { role = "user", content = $"Tell a long story about {client} birds." } } }),
            };
            using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Stop);
            begun.TrySetResult();
            if (!answer.IsSuccessStatusCode)
            {
                return CodeOf(await answer.Content.ReadFromJsonAsync<JsonElement>(Stop));
            }

            var end = "nothing";
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync(Stop));
            while (await reader.ReadLineAsync(Stop) is { } line)
            {
                if (!line.StartsWith("data: {", StringComparison.Ordinal))
                {
                    continue;
                }

                var chunk = JsonElement.Parse(line["data: ".Length..]);
                end = chunk.TryGetProperty("error", out _) ? CodeOf(chunk)
                    : chunk.GetProperty("choices")[0].TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String ? reason.GetString()! : end;
            }

            return end;
        }
    }

    private static string CodeOf(JsonElement refusal) => refusal.GetProperty("error").GetProperty("code").GetString()!;
}
