using System.Net.Http.Json;
using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Access;

/// <summary>What the log tells, and what it never does.</summary>
public sealed class AuditTests(RunningServer server)
{
    private static readonly string[] s_everything = ["--Logging:LogLevel:Default=Debug", "--Logging:LogLevel:Microsoft.AspNetCore=Debug"];

    [Fact]
    public async Task It_is_noted_which_key_used_which_route_and_what_came_of_it()
    {
        using var log = new KeptLog();
        await using var keyed = await KeyedServer.StartAsync(server.Bundle, log);
        using var ada = keyed.Client("ada", ApiScope.Read);
        var id = ApiKeyFile.Read(ApiKeyFile.In(keyed.Data)).Single(key => key.Name == "ada").Id;
        using var seen = await ada.GetAsync(new Uri("/api/features/1", UriKind.Relative), HttpAnswers.Stop);
        using var missing = await ada.GetAsync(new Uri("/api/concepts/1234", UriKind.Relative), HttpAnswers.Stop);
        using var forbidden = await ada.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello"), HttpAnswers.Stop);
        using var http = new HttpClient { BaseAddress = keyed.Address };
        using var stranger = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), HttpAnswers.Stop);
        using var probe = await http.GetAsync(new Uri("/health/live", UriKind.Relative), HttpAnswers.Stop);

        Assert.Equal(
            [
                $"Key {id} of ada: GET /api/features/{{id:int}} 200 from 127.0.0.1, request",
                $"Key {id} of ada: GET /api/concepts/{{name}} 404 from 127.0.0.1, request",
                $"Key {id} of ada: POST /v1/chat/completions 403 from 127.0.0.1, request",
                "Key - of -: GET /v1/models 401 from 127.0.0.1, request",
            ],
            log.Lines.Where(line => line.Category == Audit.Category).Select(line => line.Text.Split(" KeyId=")[0][..^(1 + Guid.Empty.ToString("n").Length)]));
    }

    [Fact]
    public async Task Neither_keys_nor_questions_answers_and_names_are_in_any_log()
    {
        using var log = new KeptLog();
        await using var keyed = await KeyedServer.StartAsync(server.Bundle, log, s_everything);
        var key = keyed.Add("ada", ApiScope.Admin);
        using var http = new HttpClient { BaseAddress = keyed.Address, DefaultRequestHeaders = { { "X-Api-Key", key } } };
        using var form = new MultipartFormDataContent { { new ByteArrayContent(TestPng.Noise(48, 40, 91)), "file", "zanzibar.png" } };
        using var uploaded = await http.PostAsync(new Uri("/api/images", UriKind.Relative), form, HttpAnswers.Stop);
        var image = (await uploaded.Content.ReadFromJsonAsync<ImageResponse>(HttpAnswers.Stop))!.Id;
        using var asked = await http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Tell of Ouagadougou in twelve words.", 16), HttpAnswers.Stop);
        var answer = (await asked.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        using var streamed = await http.PostAsJsonAsync("/v1/chat/completions", Ask.About(image, stream: true), HttpAnswers.Stop);
        await streamed.ChunksAsync();
        using var refused = await http.PostAsJsonAsync("/v1/chat/completions", new { ouagadougou = "ouagadougou" }, HttpAnswers.Stop);
        using var searched = await http.GetAsync(new Uri("/api/features?query=ouagadougou", UriKind.Relative), HttpAnswers.Stop);
        using var concept = await http.GetAsync(new Uri("/api/concepts/ouagadougou", UriKind.Relative), HttpAnswers.Stop);
        using var labelled = await http.PutAsJsonAsync("/api/features/60/label", new { label = "ouagadougou" }, HttpAnswers.Stop);
        using var taught = await http.PostAsJsonAsync("/api/concepts", new { word = "ouagadougou", images = new[] { image } }, HttpAnswers.Stop);
        using var embedded = await http.PostAsJsonAsync("/v1/embeddings", new { input = "ouagadougou" }, HttpAnswers.Stop);
        await using (var hub = new HubConnectionBuilder().WithUrl(new Uri($"{keyed.Address}{ChatHub.Route[1..]}?access_token={key}")).Build())
        {
            await hub.StartAsync(HttpAnswers.Stop);
            await hub.AllAsync(new { image, maxTokens = 4, messages = new[] { new { role = "user", text = "Is it ouagadougou?" } } });
            await hub.AllAsync(new { ouagadougou = 1 });
        }

        Assert.Contains(log.Lines, line => line.Text.Contains("HUB /hubs/chat/Ask 200", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Text.Contains("HUB /hubs/chat/Ask 400", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Category.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
        string[] secrets = [key, "ouagadougou", "zanzibar", image, .. answer.Length >= 12 ? [answer] : (string[])[]];
        Assert.All(secrets, secret => Assert.DoesNotContain(log.Lines, line => line.Text.Contains(secret, StringComparison.OrdinalIgnoreCase)));
    }
}
