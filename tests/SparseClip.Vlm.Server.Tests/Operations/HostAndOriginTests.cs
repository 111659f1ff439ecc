using System.ComponentModel.DataAnnotations;
using System.Net;
using System.Net.WebSockets;
using Microsoft.AspNetCore.Builder;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>Who may use the server through somebody's browser.</summary>
public sealed class HostAndOriginTests(RunningServer server)
{
    [Theory]
    [InlineData("evil.example", HttpStatusCode.Forbidden)]
    [InlineData("evil.example:5080", HttpStatusCode.Forbidden)]
    [InlineData("localhost.evil.example", HttpStatusCode.Forbidden)]
    [InlineData("localhost", HttpStatusCode.OK)]
    [InlineData("LOCALHOST:1234", HttpStatusCode.OK)]
    [InlineData("app.localhost", HttpStatusCode.OK)]
    [InlineData("127.0.0.1:5080", HttpStatusCode.OK)]
    [InlineData("[::1]:5080", HttpStatusCode.OK)]
    public async Task Over_the_loopback_the_host_is_this_machine(string host, HttpStatusCode status)
    {
        foreach (var path in (string[])["/v1/models", "/health/live", "/openapi/v1.json"])
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Host = host } };
            using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
            Assert.Equal(status, response.StatusCode);
            if (status == HttpStatusCode.Forbidden)
            {
                await response.RefusedAsync(status, "host_not_allowed");
            }
        }
    }

    [Theory]
    [InlineData("https://evil.example")]
    [InlineData("http://localhost:3000")]
    [InlineData("null")]
    public async Task A_page_of_another_origin_is_refused(string origin)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Options])
        {
            using var request = new HttpRequestMessage(method, "/v1/models") { Headers = { { "Origin", origin }, { "Access-Control-Request-Method", "GET" } } };
            using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
            var words = await response.RefusedAsync(HttpStatusCode.Forbidden, "origin_not_allowed");
            Assert.Contains("Server:AllowedOrigins", words, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_servers_own_page_is_not()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { { "Origin", server.Address.GetLeftPart(UriPartial.Authority) } } };
        using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task WebSockets_are_opened_to_the_own_origin_only()
    {
        var address = new UriBuilder(server.Address) { Scheme = "ws", Path = "/hubs/chat" }.Uri;
        using var foreign = new ClientWebSocket();
        foreign.Options.SetRequestHeader("Origin", "https://evil.example");
        foreign.Options.CollectHttpResponseDetails = true;
        await Assert.ThrowsAsync<WebSocketException>(() => foreign.ConnectAsync(address, HttpAnswers.Stop));
        Assert.Equal(HttpStatusCode.Forbidden, foreign.HttpStatusCode);
        using var own = new ClientWebSocket();
        own.Options.SetRequestHeader("Origin", server.Address.GetLeftPart(UriPartial.Authority));
        await own.ConnectAsync(address, HttpAnswers.Stop);
        Assert.Equal(WebSocketState.Open, own.State);
    }

    [Fact]
    public async Task Settings_let_other_hosts_and_origins_in()
    {
        var (app, address) = await RunningServer.ListenAsync(
            (_, _, stop) => new TaskCompletionSource<Core.Pipeline.IVisionLanguageModel>().Task.WaitAsync(stop),
            "--Server:AllowedHosts=vlm.example.org, *.example.net",
            "--Server:AllowedOrigins=https://a.example.org,https://b.example.org");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "vlm.example.org", null));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "x.example.net", null));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, "example.net", null));
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "localhost", "https://b.example.org"));
            Assert.Equal(HttpStatusCode.Forbidden, await StatusAsync(http, "localhost", "https://c.example.org"));

            using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions")
            {
                Headers =
                {
                    { "Origin", "https://a.example.org" }, { "Access-Control-Request-Method", "POST" },
                    { "Access-Control-Request-Headers", "authorization,content-type" },
                },
            };
            using var answer = await http.SendAsync(preflight, HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
            Assert.Equal("https://a.example.org", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            Assert.Contains("authorization", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Headers")), StringComparison.Ordinal);

            // Refusals can be read by the page too.
            using var bad = new HttpRequestMessage(HttpMethod.Get, "/v1/nope") { Headers = { { "Origin", "https://a.example.org" } } };
            using var refused = await http.SendAsync(bad, HttpAnswers.Stop);
            await refused.RefusedAsync(HttpStatusCode.NotFound, "unknown_url");
            Assert.Equal("https://a.example.org", Assert.Single(refused.Headers.GetValues("Access-Control-Allow-Origin")));
        }
    }

    [Fact]
    public async Task A_star_lets_all_hosts_and_origins_in()
    {
        var (app, address) = await RunningServer.ListenAsync(
            (_, _, stop) => new TaskCompletionSource<Core.Pipeline.IVisionLanguageModel>().Task.WaitAsync(stop), "--Server:AllowedHosts=*", "--Server:AllowedOrigins=*");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "any.example", "https://other.example"));
        }
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("*", true)]
    [InlineData("https://a.example.org", true)]
    [InlineData("https://a.example.org, http://localhost:3000", true)]
    [InlineData("https://a.example.org/", false)]
    [InlineData("a.example.org", false)]
    [InlineData("https://a.example.org;https://b.example.org/x", false)]
    public void An_origin_that_could_never_match_stops_the_start(string origins, bool isValid)
    {
        var options = new ServerOptions { AllowedOrigins = origins };
        Assert.Equal(isValid, Validator.TryValidateObject(options, new ValidationContext(options), null, validateAllProperties: true));
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string host, string? origin)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/health/live") { Headers = { Host = host } };
        if (origin is not null)
        {
            request.Headers.Add("Origin", origin);
        }

        using var response = await http.SendAsync(request, HttpAnswers.Stop);
        return response.StatusCode;
    }
}
