using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Contracts.Steering;

namespace SparseClip.Vlm.Web.Api;

/// <inheritdoc cref="IServerApi" />
public sealed class ServerApi(HttpClient http) : IServerApi
{
    /// <summary>The code of the refusal of a model without concepts.</summary>
    private const string NoConcepts = "no_concepts";

    /// <inheritdoc />
    public Task<HealthResponse> HealthAsync(CancellationToken cancellationToken) =>
        // 503 is an answer here: it carries the reason.
        SendAsync(HttpMethod.Get, "health/ready", null, response => ReadAsync<HealthResponse>(response, cancellationToken), cancellationToken);

    /// <inheritdoc />
    public Task<byte[]> FileAsync(string path, CancellationToken cancellationToken) => SendAsync(
        HttpMethod.Get,
        path,
        null,
        async response =>
        {
            await RequireAsync(response, cancellationToken);
            return await response.Content.ReadAsByteArrayAsync(cancellationToken);
        },
        cancellationToken);

    /// <inheritdoc />
    public async Task<ImageResponse> UploadAsync(byte[] file, CancellationToken cancellationToken)
    {
        using var content = new ByteArrayContent(file);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await RequireAsync<ImageResponse>(HttpMethod.Post, "api/images", content, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<SteeredImageResponse> SteerAsync(string image, SteeringDto steering, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(steering);
        return await RequireAsync<SteeredImageResponse>(HttpMethod.Post, $"api/images/{image}/steering", content, cancellationToken);
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<FeatureSummary>> SearchAsync(string query, int count, CancellationToken cancellationToken)
    {
        var path = $"api/features?query={Uri.EscapeDataString(query)}&pageSize={count}";
        return (await RequireAsync<FeaturePage>(HttpMethod.Get, path, null, cancellationToken)).Features;
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<ConceptSummary>> SearchConceptsAsync(string query, int count, CancellationToken cancellationToken)
    {
        try
        {
            return (await RequireAsync<ConceptList>(HttpMethod.Get, $"api/concepts?query={Uri.EscapeDataString(query)}&count={count}", null, cancellationToken)).Concepts;
        }
        catch (ServerException error) when (error.Code == NoConcepts)
        {
            return [];
        }
    }

    /// <inheritdoc />
    public async Task<ConceptDetail> TeachAsync(TeachRequest request, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(request);
        return await RequireAsync<ConceptDetail>(HttpMethod.Post, "api/concepts", content, cancellationToken);
    }

    /// <inheritdoc />
    public Task ForgetAsync(string word, CancellationToken cancellationToken) => DoAsync(HttpMethod.Delete, $"api/concepts/{Uri.EscapeDataString(word)}", null, cancellationToken);

    /// <inheritdoc />
    public async Task<string> BeginAsync(string title, CancellationToken cancellationToken)
    {
        using var content = JsonContent.Create(new ConversationStart(title));
        return (await RequireAsync<ConversationDto>(HttpMethod.Post, "api/conversations", content, cancellationToken)).Id;
    }

    /// <inheritdoc />
    public Task<ConversationList> ConversationsAsync(string query, int count, CancellationToken cancellationToken) =>
        RequireAsync<ConversationList>(HttpMethod.Get, $"api/conversations?query={Uri.EscapeDataString(query)}&take={count}", null, cancellationToken);

    /// <inheritdoc />
    public Task<ConversationDto> ConversationAsync(string id, CancellationToken cancellationToken) =>
        RequireAsync<ConversationDto>(HttpMethod.Get, $"api/conversations/{Uri.EscapeDataString(id)}", null, cancellationToken);

    /// <inheritdoc />
    public Task DeleteAsync(string id, CancellationToken cancellationToken) => DoAsync(HttpMethod.Delete, $"api/conversations/{id}", null, cancellationToken);

    /// <inheritdoc />
    public Task<HeatmapResponse> HeatmapAsync(string image, int feature, CancellationToken cancellationToken) =>
        RequireAsync<HeatmapResponse>(HttpMethod.Get, $"api/images/{image}/features/{feature}/heatmap", null, cancellationToken);

    /// <inheritdoc />
    public Task<ConceptHeatmapResponse> HeatmapAsync(string image, string concept, CancellationToken cancellationToken) =>
        RequireAsync<ConceptHeatmapResponse>(HttpMethod.Get, $"api/images/{image}/concepts/{Uri.EscapeDataString(concept)}/heatmap", null, cancellationToken);

    private async Task DoAsync(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) => await SendAsync(
        method,
        path,
        content,
        async response =>
        {
            await RequireAsync(response, cancellationToken);
            return true;
        },
        cancellationToken);

    private Task<T> RequireAsync<T>(HttpMethod method, string path, HttpContent? content, CancellationToken cancellationToken) => SendAsync(
        method,
        path,
        content,
        async response =>
        {
            await RequireAsync(response, cancellationToken);
            return await ReadAsync<T>(response, cancellationToken);
        },
        cancellationToken);

    private async Task<T> SendAsync<T>(
        HttpMethod method, string path, HttpContent? content, Func<HttpResponseMessage, Task<T>> read, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(method, path) { Content = content };
        try
        {
            using var response = await http.SendAsync(request, cancellationToken);
            return await read(response);
        }
        catch (Exception error) when (
            error is HttpRequestException or IOException || (error is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            // Refused, broken while its answer was read, or silent for longer than the client waits.
            throw ServerException.NotReached();
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

    private sealed record ConversationStart(string Title);

    private sealed record Problem(string? Detail, string? Code);
}
