using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Storage;

namespace SparseClip.Vlm.Server.Refusals;

/// <summary>A request that is refused: one value for every way it is told (ProblemDetails, OpenAI error, hub event).</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">What was wrong and what to do, for people.</param>
/// <param name="Param">The field it is about.</param>
/// <param name="RetryAfter">When it is worth trying again.</param>
/// <param name="Position">The place in the queue that the request would have had, from 1; null for a refusal that has to do with none.</param>
public sealed record Refusal(int Status, string Code, string Message, string? Param = null, TimeSpan? RetryAfter = null, int? Position = null)
{
    /// <summary>The refusal that an exception stands for; a bare 500 for one that is no refusal.</summary>
    public static Refusal From(Exception error) => error switch
    {
        RefusedException refused => refused.Refusal,
        PictureException picture => picture.Error switch
        {
            PictureError.UnsupportedKind => new(415, "unsupported_image", picture.Message, "image"),
            PictureError.TooManyBytes => new(413, "image_file_too_large", picture.Message, "image"),
            PictureError.TooManyPixels => new(422, "image_too_large", picture.Message, "image"),
            _ => new(422, "undecodable_image", picture.Message, "image"),
        },
        SteeringException steering => new(422, Snake(steering.Error), steering.Message, "steering"),
        ConceptTeachingException teaching => new(422, "unteachable_concept", teaching.Message, "images"),
        GrammarException grammar => new(400, ErrorCodes.InvalidGrammar, grammar.Message, "grammar"),
        ContextLengthException context => new(400, ErrorCodes.ContextLength, context.Message, "messages"),
        ConversationStoreException kept => kept.Error switch
        {
            ConversationStoreError.UnknownConversation => new(404, "unknown_conversation", kept.Message, "conversation"),
            ConversationStoreError.UnknownMessage => new(404, "unknown_message", kept.Message, "message"),
            ConversationStoreError.RequestExists => new(409, "request_exists", kept.Message, "requestId"),
            ConversationStoreError.NoRoom => new(507, "conversation_not_kept", kept.Message),
            _ => new(503, "database_unavailable", kept.Message),
        },
        ModelBusyException busy => new(429, ErrorCodes.QueueFull, busy.Message, RetryAfter: busy.RetryAfter),
        ModelNotReadyException { IsLoading: true } loading => new(503, ErrorCodes.ModelLoading, loading.Message, RetryAfter: TimeSpan.FromSeconds(2)),
        ModelNotReadyException failed => new(503, ErrorCodes.ModelFailed, failed.Message),
        BadHttpRequestException { StatusCode: 408 } => new(408, ErrorCodes.TooSlow, "The body came too slowly, or stopped coming; send it again, faster."),
        // The framework's own refusals: a body above the limit or cut short.
        BadHttpRequestException bad => new(bad.StatusCode, bad.StatusCode == 413 ? ErrorCodes.TooLarge : ErrorCodes.BadRequest, bad.Message),
        _ => new(500, ErrorCodes.InternalError, "The server failed at this request; its log says why."),
    };

    private static string Snake(SteeringError error) => error switch
    {
        SteeringError.UnknownFeature => "unknown_feature",
        SteeringError.InvalidValue => ErrorCodes.InvalidValue,
        SteeringError.InvalidRegion => "invalid_region",
        _ => "steering_without_image",
    };
}

/// <summary>Refuses the request that is being worked on.</summary>
public sealed class RefusedException(Refusal refusal) : SparseClipException(refusal?.Message ?? "")
{
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">For programs.</param>
    /// <param name="message">What was wrong and what to do, for people.</param>
    /// <param name="param">The field it is about.</param>
    public RefusedException(int status, string code, string message, string? param = null) : this(new Refusal(status, code, message, param))
    {
    }

    /// <summary>What is answered.</summary>
    public Refusal Refusal { get; } = refusal;
}
