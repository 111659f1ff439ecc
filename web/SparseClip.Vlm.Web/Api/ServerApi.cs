using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;

namespace SparseClip.Vlm.Web.Api;

/// <inheritdoc cref="IServerApi" />
public sealed class ServerApi(HttpClient http) : IServerApi
{
    /// <inheritdoc />
    public async Task<HealthResponse> HealthAsync(CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, "health/ready", null, cancellationToken);
        // 503 is an answer here: it carries the reason.
        return await ReadAsync<HealthResponse>(response, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<byte[]> FileAsync(string path, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await RequireAsync(response, cancellationToken);
        return await response.Content.ReadAsByteArrayAsync(cancellationToken);
    }

    /// <inheritdoc />
    public async Task<ImageResponse> UploadAsync(byte[] file, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        using var response = await SendAsync(HttpMethod.Post, "api/images", content, cancellationToken);
        await RequireAsync(response, cancellationToken);
        return await ReadAsync<ImageResponse>(response, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<FeatureSummary>> SearchAsync(string query, int count, CancellationToken cancellationToken)
    {
        var path = $"api/features?query={Uri.EscapeDataString(query)}&pageSize={count}";
        using var response = await SendAsync(HttpMethod.Get, path, null, cancellationToken);
        await RequireAsync(response, cancellationToken);
        return (await ReadAsync<FeaturePage>(response, cancellationToken)).Features;
    }

    /// <inheritdoc />
    public async Task<HeatmapResponse> HeatmapAsync(string image, int feature, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(HttpMethod.Get, $"api/images/{image}/features/{feature}/heatmap", null, cancellationToken);
        await RequireAsync(response, cancellationToken);
        return await ReadAsync<HeatmapResponse>(response, cancellationToken);
    }

    private async Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            return await http.SendAsync(request, cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ServerException("The server does not answer. Is it still running?");
        }
    }

    private static async Task<T> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            return await response.Content.ReadFromJsonAsync<T>(cancellationToken) ?? throw new JsonException("null");
        }
        catch (JsonException)
        {
            throw new ServerException($"The server's answer ({(int)response.StatusCode}) could not be read.");
        }
    }

    private static async Task RequireAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode)
        {
            return;
        }

        Problem? problem = null;
        try
        {
            problem = await response.Content.ReadFromJsonAsync<Problem>(cancellationToken);
        }
        catch (JsonException)
        {
            // Not one of the server's own refusals; the status has to do.
        }

        throw new ServerException(problem?.Detail ?? $"The server refused the request ({(int)response.StatusCode}).", problem?.Code);
    }

    private sealed record Problem(string? Detail, string? Code);
}
