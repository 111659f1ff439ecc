using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;

namespace SparseClip.Vlm.Web.Api;

/// <summary>The server's HTTP routes that the page uses. Every failure is a <see cref="ServerException"/> with a message for people.</summary>
public interface IServerApi
{
    /// <summary>Whether the model can answer.</summary>
    Task<HealthResponse> HealthAsync(CancellationToken cancellationToken);

    /// <summary>A file of the page itself, such as a sample picture.</summary>
    Task<byte[]> FileAsync(string path, CancellationToken cancellationToken);

    /// <summary>Uploads a picture.</summary>
    Task<ImageResponse> UploadAsync(byte[] file, CancellationToken cancellationToken);

    /// <summary>Features that fit a text.</summary>
    Task<IReadOnlyList<FeatureSummary>> SearchAsync(string query, int count, CancellationToken cancellationToken);

    /// <summary>Where in a picture a feature is.</summary>
    Task<HeatmapResponse> HeatmapAsync(string image, int feature, CancellationToken cancellationToken);
}

/// <summary>The server refused or could not be reached; the message is for people.</summary>
public sealed class ServerException(string message, string? code = null) : Exception(message)
{
    /// <summary>For programs; null when the server could not be reached.</summary>
    public string? Code { get; } = code;
}
