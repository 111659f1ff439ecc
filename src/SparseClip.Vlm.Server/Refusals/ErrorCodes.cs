using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Refusals;

/// <summary>What refusals are called for programs: the same on HTTP and on the hub. Those that OpenAI has too bear its names.</summary>
internal static class ErrorCodes
{
    // The form of a request.
    public const string InvalidJson = "invalid_json";
    public const string InvalidType = "invalid_type";
    public const string InvalidValue = "invalid_value";
    public const string InvalidText = "invalid_text";
    public const string MissingParameter = "missing_required_parameter";
    public const string UnknownParameter = "unknown_parameter";
    public const string UnsupportedParameter = "unsupported_parameter";
    public const string DuplicateParameter = "duplicate_parameter";
    public const string InvalidGrammar = "invalid_grammar";
    public const string BadRequest = "bad_request";
    public const string TextTooLong = "text_too_long";
    public const string TooSlow = "request_timeout";
    public const string TooLarge = "too_large";
    public const string MessageTooLarge = "message_too_large";
    public const string UnsupportedMediaType = "unsupported_media_type";
    public const string UnsupportedCharset = "unsupported_charset";
    public const string UnsupportedEncoding = "unsupported_encoding";
    public const string InvalidEncoding = "invalid_encoding";
    public const string InvalidForm = "invalid_form";

    // The dialogue and its picture.
    public const string NoMessages = "no_messages";
    public const string NoQuestion = "no_question";
    public const string InvalidRole = "invalid_role";
    public const string UnsupportedContent = "unsupported_content";
    public const string MisplacedImage = "misplaced_image";
    public const string TooManyImages = "too_many_images";
    public const string InvalidImageUrl = "invalid_image_url";
    public const string ContextLength = "context_length_exceeded";

    // Conversations that are kept.
    public const string AnswerNotWhole = "answer_not_whole";
    public const string AnswerNotBroken = "answer_not_broken";
    public const string InvalidConversation = "invalid_conversation";

    // Where a request goes and who may send it.
    public const string UnknownUrl = "unknown_url";
    public const string MethodNotAllowed = "method_not_allowed";
    public const string ModelNotFound = "model_not_found";
    public const string HostNotAllowed = "host_not_allowed";
    public const string OriginNotAllowed = "origin_not_allowed";
    public const string InvalidApiKey = "invalid_api_key";
    public const string InsufficientScope = "insufficient_scope";

    // The state of the server.
    public const string RateLimited = "rate_limited";
    public const string QueueFull = "queue_full";
    public const string ModelLoading = "model_loading";
    public const string ModelFailed = "model_failed";
    public const string Draining = "draining";
    public const string Interrupted = "interrupted";
    public const string InternalError = "internal_error";
}
