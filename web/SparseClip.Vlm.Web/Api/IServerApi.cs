using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Contracts.Steering;

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

    /// <summary>What the model sees of a picture after edits.</summary>
    Task<SteeredImageResponse> SteerAsync(string image, SteeringDto steering, CancellationToken cancellationToken);

    /// <summary>Features that fit a text.</summary>
    Task<IReadOnlyList<FeatureSummary>> SearchAsync(string query, int count, CancellationToken cancellationToken);

    /// <summary>Concepts that fit a text.</summary>
    Task<IReadOnlyList<ConceptSummary>> SearchConceptsAsync(string query, int count, CancellationToken cancellationToken);

    /// <summary>Makes a concept of a few uploaded pictures and a word.</summary>
    Task<ConceptDetail> TeachAsync(TeachRequest request, CancellationToken cancellationToken);

    /// <summary>Forgets a concept that was taught.</summary>
    Task ForgetAsync(string word, CancellationToken cancellationToken);

    /// <summary>Begins a conversation that is kept.</summary>
    /// <returns>Its id.</returns>
    Task<string> BeginAsync(string title, CancellationToken cancellationToken);

    /// <summary>The kept conversations in whose title or text something stands; all for an empty text.</summary>
    Task<ConversationList> ConversationsAsync(string query, int count, CancellationToken cancellationToken);

    /// <summary>A kept conversation with its messages.</summary>
    Task<ConversationDto> ConversationAsync(string id, CancellationToken cancellationToken);

    /// <summary>Deletes a kept conversation.</summary>
    Task DeleteAsync(string id, CancellationToken cancellationToken);

    /// <summary>Where in a picture a feature is.</summary>
    Task<HeatmapResponse> HeatmapAsync(string image, int feature, CancellationToken cancellationToken);

    /// <summary>Where in a picture a concept is.</summary>
    Task<ConceptHeatmapResponse> HeatmapAsync(string image, string concept, CancellationToken cancellationToken);
}

/// <summary>The server refused or could not be reached; the message is for people.</summary>
public sealed class ServerException(string message, string? code = null) : Exception(message)
{
    /// <summary>What to say when a request does not reach the server.</summary>
    public const string NoAnswer = "The server does not answer. Is it still running?";

    /// <summary>What to say when an answer ends too early.</summary>
    public const string Broke = "The connection to the server broke before the answer ended.";

    /// <summary>The code of a request that needs a key, or another one.</summary>
    public const string KeyNeeded = "invalid_api_key";

    private const string Unreached = "unreached";

    /// <summary>For programs; null when the server gave none.</summary>
    public string? Code { get; } = code;

    /// <summary>Whether the server could not be reached at all.</summary>
    public bool IsNoAnswer => Code == Unreached;

    /// <summary>Whether the server wants a key, or another one.</summary>
    public bool IsKeyNeeded => Code == KeyNeeded;

    /// <summary>The failure of a request that did not reach the server, or whose answer did not come back.</summary>
    public static ServerException NotReached(string message = NoAnswer) => new(message, Unreached);
}
