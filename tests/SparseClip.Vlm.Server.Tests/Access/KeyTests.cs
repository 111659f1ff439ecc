using System.Net;
using System.Net.Http.Json;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http.Connections.Client;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Access;

/// <summary>A server that others can reach is used with keys.</summary>
public sealed class KeyTests(RunningServer server)
{
    [Fact]
    public async Task Without_a_key_or_with_a_wrong_one_nothing_is_told()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var http = new HttpClient { BaseAddress = keyed.Address };
        foreach (var path in (string[])["/v1/models", "/api/features", "/api/concepts", "/api/exemplars/x", $"/api/images/{new string('a', 64)}"])
        {
            using var none = await http.GetAsync(new Uri(path, UriKind.Relative), HttpAnswers.Stop);
            await none.RefusedAsync(HttpStatusCode.Unauthorized, "invalid_api_key");
            Assert.Equal("Bearer", Assert.Single(none.Headers.WwwAuthenticate).Scheme);
            using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { "Authorization", $"Bearer {ApiKeyText.Draw()}" } } };
            using var wrong = await http.SendAsync(request, HttpAnswers.Stop);
            await wrong.RefusedAsync(HttpStatusCode.Unauthorized, "invalid_api_key");
            Assert.Contains("invalid_token", Assert.Single(wrong.Headers.WwwAuthenticate).Parameter, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_health_the_description_and_what_is_nowhere_need_none()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var http = new HttpClient { BaseAddress = keyed.Address };
        foreach (var path in (string[])["/health/live", "/health/ready", "/openapi/v1.json", "/scalar"])
        {
            Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri(path, UriKind.Relative), HttpAnswers.Stop)).StatusCode);
        }

        using var nowhere = await http.GetAsync(new Uri("/v1/nope", UriKind.Relative), HttpAnswers.Stop);
        await nowhere.RefusedAsync(HttpStatusCode.NotFound, "unknown_url");
    }

    [Fact]
    public async Task A_key_is_sent_as_a_bearer_or_in_a_header_of_its_own_and_never_in_the_query()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        var key = keyed.Add("ada", ApiScope.Read);
        using var http = new HttpClient { BaseAddress = keyed.Address };
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/v1/models", ("Authorization", $"Bearer {key}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/v1/models", ("Authorization", $"bearer {key}")));
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(http, "/v1/models", ("X-Api-Key", key)));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, $"/v1/models?access_token={key}", ("X-Nothing", "")));
        Assert.Equal(HttpStatusCode.Unauthorized, await StatusAsync(http, "/v1/models", ("Authorization", $"Bearer {key[..^1]}")));
    }

    [Theory]
    [InlineData("GET", "/v1/models", "read")]
    [InlineData("HEAD", "/v1/models", "read")]
    [InlineData("POST", "/v1/chat/completions", "ask")]
    [InlineData("POST", "/v1/responses", "ask")]
    [InlineData("POST", "/v1/embeddings", "ask")]
    [InlineData("POST", "/v1/decide", "ask")]
    [InlineData("POST", "/api/images", "ask")]
    [InlineData("PUT", "/api/features/1/label", "teach")]
    [InlineData("POST", "/api/concepts", "teach")]
    [InlineData("DELETE", "/api/concepts/mug", "teach")]
    public async Task What_a_key_may_not_do_is_told_with_the_scope_that_it_lacks(string method, string path, string scope)
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var http = keyed.Client("ada", [.. ApiScope.All.Where(other => other != scope && other != ApiScope.Admin)]);
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await http.SendAsync(request, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        if (method != "HEAD")
        {
            Assert.Contains($"'{scope}'", await response.RefusedAsync(HttpStatusCode.Forbidden, "insufficient_scope"), StringComparison.Ordinal);
        }

        using var admin = keyed.Client("root", ApiScope.Admin);
        using var again = new HttpRequestMessage(new HttpMethod(method), path);
        using var let = await admin.SendAsync(again, HttpAnswers.Stop);
        Assert.NotEqual(HttpStatusCode.Forbidden, let.StatusCode);
    }

    [Fact]
    public async Task A_key_that_is_made_or_revoked_while_the_server_runs_counts_at_once()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var http = keyed.Client("ada", ApiScope.Read);
        Assert.Equal(HttpStatusCode.OK, (await http.GetAsync(new Uri("/v1/models", UriKind.Relative), HttpAnswers.Stop)).StatusCode);
        Revoke(keyed, "ada");
        using var refused = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), HttpAnswers.Stop);
        await refused.RefusedAsync(HttpStatusCode.Unauthorized, "invalid_api_key");
    }

    [Fact]
    public async Task The_hub_takes_the_key_in_the_query_and_asks_again_whether_it_holds()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        var key = keyed.Add("ada", ApiScope.Ask);
        var address = new Uri($"{keyed.Address}{ChatHub.Route[1..]}");
        await using (var none = new HubConnectionBuilder().WithUrl(address).Build())
        {
            var error = await Assert.ThrowsAsync<HttpRequestException>(() => none.StartAsync(HttpAnswers.Stop));
            Assert.Equal(HttpStatusCode.Unauthorized, error.StatusCode);
        }

        await using var hub = new HubConnectionBuilder().WithUrl(new Uri($"{address}?access_token={key}"), (HttpConnectionOptions _) => { }).Build();
        await hub.StartAsync(HttpAnswers.Stop);
        var question = new { maxTokens = 2, messages = new[] { new { role = "user", text = "Hello" } } };
        Assert.Equal(ChatEvent.DoneType, (await hub.AllAsync(question))[^1].Type);
        Revoke(keyed, "ada");
        Assert.Equal("invalid_api_key", Assert.Single(await hub.AllAsync(question)).Code);
    }

    [Fact]
    public async Task On_the_loopback_any_key_is_as_good_as_none()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/models") { Headers = { { "Authorization", "Bearer no-key-at-all" } } };
        using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task Every_route_says_who_may_use_it()
    {
        await using var app = ServerHost.Create(["--urls=http://127.0.0.1:0"]);
        var routes = ((IEndpointRouteBuilder)app).DataSources.SelectMany(source => source.Endpoints).ToList();
        Assert.NotEmpty(routes);
        Assert.All(routes, route => Assert.True(
            route.Metadata.GetMetadata<IAllowAnonymous>() is not null || ApiScope.All.Contains(route.Metadata.GetMetadata<IAuthorizeData>()?.Policy), route.DisplayName));
    }

    [Theory]
    [InlineData("http://0.0.0.0:0", "auto")]
    [InlineData("http://*:0", "auto")]
    [InlineData("http://[::]:0", "auto")]
    [InlineData("http://127.0.0.1:0;http://some.name:0", "auto")]
    [InlineData("http://127.0.0.1:0", "true")]
    public async Task A_server_that_needs_keys_and_has_none_does_not_start(string urls, string require)
    {
        var error = await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = Create(urls, require);
            await app.StartAsync(HttpAnswers.Stop);
        });
        Assert.Contains("sparseclip keys create", error.Message, StringComparison.Ordinal);
        Assert.Contains("RequireKeys=false", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://127.0.0.1:0", "auto")]
    [InlineData("http://127.0.0.2:0", "auto")]
    [InlineData("http://0.0.0.0:0", "false")]
    public async Task One_that_needs_none_does(string urls, string require)
    {
        await using var app = Create(urls, require);
        await app.StartAsync(HttpAnswers.Stop);
    }

    [Theory]
    [InlineData("http://localhost:5080", true)]
    [InlineData("http://127.0.0.1:5080", true)]
    [InlineData("http://[::1]:5080", true)]
    [InlineData("http://unix:/run/sparseclip.sock", true)]
    [InlineData("http://0.0.0.0:5080", false)]
    [InlineData("http://[::]:5080", false)]
    [InlineData("http://+:5080", false)]
    [InlineData("http://192.168.1.2:5080", false)]
    [InlineData("http://localhost.example:5080", false)]
    [InlineData("nonsense", false)]
    public void What_is_the_loopback_and_what_is_not(string address, bool isLocal) => Assert.Equal(isLocal, ListenedAddresses.IsOfThisMachine(address));

    private static WebApplication Create(string urls, string require)
    {
        var folder = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        return ServerHost.Create(
            [$"--urls={urls}", $"--Server:RequireKeys={require}", $"--Server:DataDirectory={folder}", $"--Server:ImageDirectory={Path.GetTempPath()}"],
            (_, _, stop) => new TaskCompletionSource<Core.Pipeline.IVisionLanguageModel>().Task.WaitAsync(stop));
    }

    private static void Revoke(KeyedServer keyed, string name) => ApiKeyFile.Change(
        ApiKeyFile.In(keyed.Data), keys => [.. keys.Select(key => key.Name == name ? key with { Revoked = TimeProvider.System.GetUtcNow() } : key)]);

    private static async Task<HttpStatusCode> StatusAsync(HttpClient http, string path, (string Name, string Value) header)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { { header.Name, header.Value } } };
        using var response = await http.SendAsync(request, HttpAnswers.Stop);
        return response.StatusCode;
    }
}
