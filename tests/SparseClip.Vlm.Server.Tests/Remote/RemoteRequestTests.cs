using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Remote;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Remote;

/// <summary>Requests with pictures by URL.</summary>
public sealed class RemoteRequestTests(RunningServer server)
{
    private const string Chat = "/v1/chat/completions";
    private static readonly byte[] s_picture = TestPng.Noise(48, 40, 63);

    [Fact]
    public async Task Where_they_are_not_allowed_the_setting_is_named()
    {
        using var response = await server.PostAsync(Chat, Ask.Url("https://example.org/a.png"));
        Assert.Contains("RemoteImages", await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[1].image_url"), StringComparison.Ordinal);
        using var can = await server.GetAsync("/v1/capabilities");
        Assert.False((await can.JsonAsync()).GetProperty("remote_images").GetBoolean());
    }

    [Fact]
    public async Task They_are_looked_at_and_kept_like_those_that_are_sent()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var url = elsewhere.On("/zanzibar.png", s_picture);
        var page = elsewhere.On("/page", "<!DOCTYPE html><p>No picture</p>"u8.ToArray());
        using var log = new KeptLog();
        var (app, http) = await StartAsync(log, "--Logging:LogLevel:Default=Trace", "--Logging:LogLevel:Microsoft.AspNetCore=Trace");
        using (http)
        await using (app)
        {
            using var can = await GetAsync(http, "/v1/capabilities");
            Assert.True((await can.JsonAsync()).GetProperty("remote_images").GetBoolean());

            var id = new PictureFile(s_picture).Id;
            using var unknown = await GetAsync(http, $"/api/images/{id}");
            Assert.Equal(HttpStatusCode.NotFound, unknown.StatusCode);
            using var fetched = await PostAsync(http, Chat, Ask.Url(url));
            Assert.True(fetched.StatusCode == HttpStatusCode.OK, await fetched.Content.ReadAsStringAsync(HttpAnswers.Stop));
            using var kept = await http.GetAsync(new Uri($"/api/images/{id}", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(s_picture, await kept.Content.ReadAsByteArrayAsync(HttpAnswers.Stop));
            using var sent = await PostAsync(http, Chat, Ask.Url($"data:image/png;base64,{Convert.ToBase64String(s_picture)}"));
            Assert.Equal((await sent.JsonAsync()).GetProperty("choices").GetRawText(), (await fetched.JsonAsync()).GetProperty("choices").GetRawText());

            using var decided = await PostAsync(http, "/v1/decide", new { image = url, choices = new[] { "dog", "cat" } });
            Assert.Equal(id, (await decided.JsonAsync()).GetProperty("image").GetString());
            using var embedded = await PostAsync(http, "/v1/embeddings", new { input = new object[] { new { type = "image_url", image_url = new { url } }, $"image:{id}" }, sparse = true });
            var codes = (await embedded.JsonAsync()).GetProperty("data");
            Assert.Equal(codes[1].GetProperty("embedding").GetRawText(), codes[0].GetProperty("embedding").GetRawText());
            using var counted = await PostAsync(http, $"{Chat}/input_tokens", Ask.Url(url));
            Assert.Equal(HttpStatusCode.OK, counted.StatusCode);
            Assert.Equal(4, elsewhere.Asked.Count);

            using var text = await PostAsync(http, Chat, Ask.Url(page));
            await text.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_image");
            using var missing = await PostAsync(http, Chat, Ask.Url(elsewhere.Address + "/zanzibar-gone"));
            await missing.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[1].image_url");
            using var inside = await PostAsync(http, Chat, Ask.Url("http://zanzibar:zanzibar@127.0.0.3/"));
            await inside.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[1].image_url");
            using var forbidden = await PostAsync(http, Chat, Ask.Url("http://127.0.0.3:81/zanzibar"));
            await forbidden.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[1].image_url");
        }

        Assert.NotEmpty(log.Lines);
        Assert.DoesNotContain(log.Lines, line => line.Text.Contains("zanzibar", StringComparison.OrdinalIgnoreCase) || line.Text.Contains("127.0.0.3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_fetched_without_a_place()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var (asked, open) = (new SemaphoreSlim(0), new TaskCompletionSource());
        var held = elsewhere.On("/held", async context =>
        {
            asked.Release();
            await open.Task;
            await context.Response.Body.WriteAsync(s_picture);
        });
        var other = elsewhere.On("/other", s_picture);
        var (app, http) = await StartAsync(null, "--Server:MaxAnswers=1", "--Server:MaxUploads=1");
        using (http)
        await using (app)
        {
            var answer = PostAsync(http, Chat, Ask.Url(held));
            await asked.WaitAsync(HttpAnswers.Stop);
            using var second = await PostAsync(http, Chat, Ask.Url(other));
            await second.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");

            var code = PostAsync(http, "/v1/embeddings", new { input = new { type = "image_url", image_url = new { url = held } } });
            await asked.WaitAsync(HttpAnswers.Stop);
            using var third = await PostAsync(http, "/v1/decide", new { image = other, choices = new[] { "dog", "cat" } });
            await third.RefusedAsync(HttpStatusCode.TooManyRequests, "too_many_uploads");

            open.SetResult();
            using var first = await answer;
            using var embedded = await code;
            Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (first.StatusCode, embedded.StatusCode));
            Assert.DoesNotContain("/other", elsewhere.Asked);
        }
    }

    [Fact]
    public async Task One_a_dialogue_and_sixteen_to_embed()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var url = elsewhere.On("/a", s_picture);
        var (app, http) = await StartAsync(null);
        using (http)
        await using (app)
        {
            using var twice = await PostAsync(http, Chat, Dialogue(url, url));
            Assert.Equal(HttpStatusCode.OK, twice.StatusCode);
            Assert.Single(elsewhere.Asked);
            using var two = await PostAsync(http, Chat, Dialogue(url, url + "?b"));
            await two.RefusedAsync(HttpStatusCode.BadRequest, "too_many_images", "messages[0].content[1].image_url");
            using var many = await PostAsync(http, "/v1/embeddings", new { input = Enumerable.Repeat(new { type = "image_url", image_url = new { url } }, 17) });
            await many.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "input");
            Assert.Single(elsewhere.Asked);
        }
    }

    [Theory]
    [InlineData("http://127.0.0.1/")]
    [InlineData("http://localhost/")]
    [InlineData("https://[::1]/")]
    [InlineData("http://0x7f000001/")]
    public async Task The_server_itself_reaches_no_address_of_its_own(string url)
    {
        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={server.Folder}/remote", "--Server:RemoteImages=true");
        using var http = new HttpClient { BaseAddress = address };
        await using (app)
        {
            using var response = await PostAsync(http, Chat, Ask.Url(url));
            Assert.Contains("its host is none", await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url"), StringComparison.Ordinal);
        }
    }

    private async Task<(WebApplication App, HttpClient Http)> StartAsync(ILoggerProvider? log, params string[] args)
    {
        var (app, address) = await RunningServer.StartAsync(
            services => services.AddSingleton<RemoteReach>(new LoopbackReach()),
            log,
            [$"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={server.Folder}/remote-{Guid.NewGuid():n}", "--Server:RemoteImages=true", "--Server:RemoteImageSeconds=60", .. args]);
        return (app, new HttpClient { BaseAddress = address });
    }

    private static Task<HttpResponseMessage> GetAsync(HttpClient http, string path) => http.GetAsync(new Uri(path, UriKind.Relative), HttpAnswers.Stop);

    private static Task<HttpResponseMessage> PostAsync(HttpClient http, string path, object body) => http.PostAsJsonAsync(path, body, HttpAnswers.Stop);

    private static object Dialogue(params string[] urls) => new
    {
        max_tokens = 4,
        messages = new object[] { new { role = "user", content = urls.Select(url => (object)new { type = "image_url", image_url = new { url } }).Append(new { type = "text", text = "What is this?" }) } },
    };
}
