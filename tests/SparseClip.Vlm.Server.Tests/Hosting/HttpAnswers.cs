using System.Net;
using System.Net.Http.Json;
using System.Text.Json;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>Short forms of what tests ask of an answer.</summary>
internal static class HttpAnswers
{
    public static CancellationToken Stop => TestContext.Current.CancellationToken;

    public static async Task<JsonElement> JsonAsync(this HttpResponseMessage response) =>
        await response.Content.ReadFromJsonAsync<JsonElement>(Stop);

    /// <summary>The chunks of a streamed answer, which ends with [DONE].</summary>
    public static async Task<IReadOnlyList<JsonElement>> ChunksAsync(this HttpResponseMessage response)
    {
        var lines = (await response.Content.ReadAsStringAsync(Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(line => line != ": keep-alive").ToList();
        Assert.All(lines, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", lines[^1]);
        return [.. lines.SkipLast(1).Select(line => JsonElement.Parse(line["data: ".Length..]))];
    }

    /// <summary>Checks that a request was refused with a problem that has a status, a code and words.</summary>
    /// <param name="response">The answer.</param>
    /// <param name="status">The status.</param>
    /// <param name="code">The code.</param>
    /// <param name="param">The field that it is about; null not to ask.</param>
    public static async Task<string> RefusedAsync(this HttpResponseMessage response, HttpStatusCode status, string code, string? param = null)
    {
        var body = await response.Content.ReadAsStringAsync(Stop);
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        var problem = JsonDocument.Parse(body).RootElement;
        var isOpenAi = response.RequestMessage!.RequestUri!.AbsolutePath.StartsWith("/v1", StringComparison.OrdinalIgnoreCase);
        var error = isOpenAi ? problem.GetProperty("error") : problem;
        Assert.Equal(code, error.GetProperty("code").GetString());
        var words = error.TryGetProperty("message", out var message) ? message : error.GetProperty("detail");
        Assert.NotEmpty(words.GetString()!);
        Assert.DoesNotContain("System.", words.GetString()!, StringComparison.Ordinal);
        Assert.DoesNotContain("SparseClip.Vlm.", words.GetString()!, StringComparison.Ordinal);
        if (param is not null)
        {
            Assert.Equal(param, error.GetProperty("param").GetString());
        }

        return words.GetString()!;
    }

    public static Task<HttpResponseMessage> GetAsync(this RunningServer server, string path) =>
        server.Http.GetAsync(new Uri(path, UriKind.Relative), Stop);

    public static Task<HttpResponseMessage> PostAsync(this RunningServer server, string path, object body) =>
        server.Http.PostAsJsonAsync(path, body, Stop);

    public static async Task<HttpResponseMessage> UploadAsync(this RunningServer server, byte[] file, string type = "application/octet-stream")
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new(type);
        return await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), content, Stop);
    }
}
