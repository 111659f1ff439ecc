using System.Net;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>What is not there is said to be not there, in the shape of the route.</summary>
public sealed class RouteTests(RunningServer server)
{
    [Theory]
    [InlineData("/v1")]
    [InlineData("/v1/")]
    [InlineData("/v1/nope")]
    [InlineData("/V1/nope")]
    [InlineData("/v1/models/nope/permissions")]
    [InlineData("/api")]
    [InlineData("/api/nope")]
    [InlineData("/api/tags")]
    [InlineData("/api/features/dog")]
    [InlineData("/api/images/ID/features/dog/heatmap")]
    [InlineData("/health/nope")]
    [InlineData("/props")]
    [InlineData("/some/page")]
    public async Task An_unknown_route_is_not_found_whatever_is_accepted(string path)
    {
        foreach (var method in (HttpMethod[])[HttpMethod.Get, HttpMethod.Head])
        {
            using var request = new HttpRequestMessage(method, path) { Headers = { { "Accept", "text/html" } } };
            using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
            Assert.EndsWith("json", response.Content.Headers.ContentType!.MediaType!, StringComparison.Ordinal);
            if (method != HttpMethod.Head)
            {
                await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_url");
            }
        }
    }

    [Theory]
    [InlineData("/v1/completions")]
    [InlineData("/v1/responses/resp_1/cancel")]
    [InlineData("/v1/v1/chat/completions")]
    [InlineData("/api/generate")]
    public async Task So_is_a_route_of_another_API_that_is_posted_to(string path)
    {
        using var response = await server.PostAsync(path, new { model = "x", input = "hi" });
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_url");
    }

    [Theory]
    [InlineData("GET", "/v1/chat/completions", "POST")]
    [InlineData("GET", "/v1/responses", "POST")]
    [InlineData("DELETE", "/v1/models", "GET")]
    [InlineData("GET", "/api/images", "POST")]
    [InlineData("PUT", "/api/features", "GET")]
    [InlineData("POST", "/health/ready", "GET")]
    public async Task Another_method_is_told_the_right_one(string method, string path, string allowed)
    {
        using var request = new HttpRequestMessage(new HttpMethod(method), path);
        using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
        var words = await response.RefusedAsync(HttpStatusCode.MethodNotAllowed, "method_not_allowed");
        Assert.Contains(allowed, words, StringComparison.Ordinal);
        Assert.Contains(allowed, response.Content.Headers.Allow);
    }

    [Fact]
    public async Task A_model_is_had_by_its_id()
    {
        using var response = await server.GetAsync($"/v1/models/{TinyBundle.Name}");
        Assert.Equal(TinyBundle.Name, (await response.JsonAsync()).GetProperty("id").GetString());
        using var unknown = await server.GetAsync("/v1/models/nope");
        await unknown.RefusedAsync(HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Theory]
    [InlineData("/health/live")]
    [InlineData("/health/ready")]
    public async Task A_probe_may_ask_for_the_head_alone(string path)
    {
        using var request = new HttpRequestMessage(HttpMethod.Head, path);
        using var response = await server.Http.SendAsync(request, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("/api/features?querry=dog", "unknown_parameter", "querry")]
    [InlineData("/api/features?q=dog", "unknown_parameter", "q")]
    [InlineData("/api/features?page=1&page=2", "duplicate_parameter", "page")]
    [InlineData("/api/features?page=1.5", "bad_request", "page")]
    [InlineData("/api/features?pageSize=99999999999", "bad_request", "pageSize")]
    [InlineData("/api/features?page=", "bad_request", "page")]
    [InlineData("/api/features/1?verbose=true", "unknown_parameter", "verbose")]
    [InlineData("/v1/models?limit=3", "unknown_parameter", "limit")]
    public async Task A_query_parameter_that_is_not_read_is_refused(string path, string code, string param)
    {
        using var response = await server.GetAsync(path);
        await response.RefusedAsync(HttpStatusCode.BadRequest, code, param);
    }

    [Fact]
    public async Task A_probe_may_have_a_query_of_its_own()
    {
        using var response = await server.GetAsync("/health/ready?now=12");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }
}
