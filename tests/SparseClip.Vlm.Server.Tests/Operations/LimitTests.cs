using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text;
using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>How much one user may ask for, how large and how slowly.</summary>
public sealed class LimitTests(RunningServer server)
{
    [Theory]
    [InlineData("Reads", "GET", "/v1/models")]
    [InlineData("Uploads", "POST", "/api/images")]
    [InlineData("Answers", "POST", "/v1/chat/completions")]
    [InlineData("Encodings", "POST", "/v1/embeddings")]
    [InlineData("Encodings", "POST", "/v1/decide")]
    public async Task One_request_of_a_group_too_many_is_told_when_to_go_on_and_others_are_not_held_up(string group, string method, string path)
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle, $"--Server:{group}PerMinute=2");
        using var ada = keyed.Client("ada", ApiScope.Admin);
        using var adaToo = keyed.Client("ada", ApiScope.Admin);
        using var bob = keyed.Client("bob", ApiScope.Admin);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(ada));
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(adaToo));
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var refused = await ada.SendAsync(request, HttpAnswers.Stop);
        Assert.Contains($"2 {group.ToLowerInvariant()} a minute", await refused.RefusedAsync(HttpStatusCode.TooManyRequests, "rate_limited"), StringComparison.Ordinal);
        Assert.InRange(refused.Headers.RetryAfter!.Delta!.Value.TotalSeconds, 1, 30);
        Assert.NotEqual(HttpStatusCode.TooManyRequests, await StatusAsync(bob));
        using var other = await ada.GetAsync(new Uri(group == "Reads" ? "/health/ready" : "/v1/models", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, other.StatusCode);

        async Task<HttpStatusCode> StatusAsync(HttpClient http)
        {
            using var sent = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await http.SendAsync(sent, HttpAnswers.Stop);
            return response.StatusCode;
        }
    }

    [Fact]
    public async Task Questions_on_the_hub_count_with_those_on_HTTP()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle, "--Server:AnswersPerMinute=2");
        var key = keyed.Add("ada", ApiScope.Ask);
        await using var hub = new HubConnectionBuilder().WithUrl(new Uri($"{keyed.Address}{ChatHub.Route[1..]}?access_token={key}")).Build();
        await hub.StartAsync(HttpAnswers.Stop);
        Assert.Equal("no_messages", Assert.Single(await hub.AllAsync(new { })).Code);
        Assert.Equal("no_messages", Assert.Single(await hub.AllAsync(new { })).Code);
        Assert.Equal("rate_limited", Assert.Single(await hub.AllAsync(new { })).Code);
        using var http = new HttpClient { BaseAddress = keyed.Address, DefaultRequestHeaders = { { "X-Api-Key", key } } };
        using var refused = await http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello"), HttpAnswers.Stop);
        await refused.RefusedAsync(HttpStatusCode.TooManyRequests, "rate_limited");
    }

    [Fact]
    public async Task A_picture_of_too_many_pixels_and_text_that_is_too_long_are_refused()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle, "--Server:MaxImagePixels=10000", "--Server:MaxTextCharacters=1000");
        using var ada = keyed.Client("ada", ApiScope.Admin);
        using var large = new ByteArrayContent(TestPng.Blank(200, 51));
        using var picture = await ada.PostAsync(new Uri("/api/images", UriKind.Relative), large, HttpAnswers.Stop);
        await picture.RefusedAsync(HttpStatusCode.UnprocessableEntity, "image_too_large", "image");

        var text = new string('a', 1001);
        using var asked = await ada.PostAsJsonAsync("/v1/chat/completions", Ask.Text(text), HttpAnswers.Stop);
        await asked.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "text_too_long", "messages");
        using var embedded = await ada.PostAsJsonAsync("/v1/embeddings", new { input = text }, HttpAnswers.Stop);
        await embedded.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "text_too_long", "input");
    }

    [Fact]
    public async Task A_body_that_stops_coming_is_given_up()
    {
        using var client = new TcpClient();
        await client.ConnectAsync(server.Address.Host, server.Address.Port, HttpAnswers.Stop);
        await using var stream = client.GetStream();
        await stream.WriteAsync(Encoding.ASCII.GetBytes($"POST /api/images HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000\r\n\r\nslow"), HttpAnswers.Stop);
        using var reader = new StreamReader(stream);
        Assert.Equal("HTTP/1.1 408 Request Timeout", await reader.ReadLineAsync(HttpAnswers.Stop));
        Assert.Contains("request_timeout", await reader.ReadToEndAsync(HttpAnswers.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_answer_names_the_server_software()
    {
        using var response = await server.GetAsync("/health/live");
        Assert.Empty(response.Headers.Server);
    }
}
