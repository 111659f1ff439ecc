using System.Runtime.InteropServices;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>Reads a question on the hub. What cannot be honoured is refused, not ignored.</summary>
public sealed class AskReader(SamplingReader sampling)
{
    /// <summary>The most bytes of a question; longer ones are refused while the connection lives on.</summary>
    public const int MaxBytes = 256 * 1024;

    private const string NotHere = "the hub does not take it; /v1/chat/completions does.";

    private static readonly FieldNames s_question = new("image", "messages", "steering", "maxTokens", "temperature", "seed", "grounding", "deterministic", "truncate",
        "conversation", "parent", "requestId", "continue", "topP", "topK", "minP", "typicalP", "repeatPenalty", "frequencyPenalty", "presencePenalty")
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["edits"] = "it belongs into steering.",
            ["stream"] = "on the hub every answer comes piece by piece.",
            ["stop"] = NotHere,
            ["logprobs"] = NotHere,
            ["top_logprobs"] = NotHere,
            ["response_format"] = NotHere,
            ["grammar"] = NotHere,
            ["n"] = NotHere,
        },
    };

    private static readonly FieldNames s_turn = new("role", "text")
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["content"] = "on the hub the text of a message stands in text, and the picture's id in image beside messages.",
        },
    };

    private const int MostRequestId = 200;

    /// <summary>The question.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing, of the wrong kind or out of its range; 413: the question is too long.</exception>
    public AskRequest Read(JsonElement question)
    {
        if (question.ValueKind == JsonValueKind.Undefined)
        {
            throw new RefusedException(400, ErrorCodes.MissingParameter, "Ask takes one argument, the question: an object with messages.");
        }

        if (JsonMarshal.GetRawUtf8Value(question).Length is > MaxBytes and var length)
        {
            throw new RefusedException(
                413,
                ErrorCodes.MessageTooLarge,
                $"The question has {length} bytes and the hub takes {MaxBytes}; shorten it, and send pictures to /api/images.",
                "messages");
        }

        var fields = new RequestValue(question, "").Fields(s_question);
        return new AskRequest(
            fields["image"]?.Text(),
            fields["messages"]?.Items().Select(Turn).ToList() ?? [],
            fields["steering"] is { } steering ? SteeringReader.Read(steering) : null,
            sampling.Tokens(fields["maxTokens"]),
            SamplingReader.Temperature(fields["temperature"]),
            SamplingReader.Seed(fields["seed"]),
            fields["grounding"] is { } grounding ? GroundingReader.Name(grounding) : null,
            SamplingReader.RepeatPenalty(fields["repeatPenalty"]),
            fields["deterministic"]?.Flag())
        {
            Conversation = fields["conversation"]?.Text(),
            Parent = fields["parent"]?.Text(),
            RequestId = fields["requestId"] is { } request ? RequestId(request) : null,
            Continue = fields["continue"]?.Text(),
            Truncate = fields["truncate"] is { } truncate ? Truncation.Name(truncate) : null,
            TopP = SamplingReader.Share(fields["topP"]),
            TopK = SamplingReader.TopK(fields["topK"]),
            MinP = SamplingReader.MinP(fields["minP"]),
            TypicalP = SamplingReader.Share(fields["typicalP"]),
            FrequencyPenalty = SamplingReader.Penalty(fields["frequencyPenalty"]),
            PresencePenalty = SamplingReader.Penalty(fields["presencePenalty"]),
        };
    }

    private static string RequestId(RequestValue value) => value.Text() is { Length: > 0 and <= MostRequestId } id
        ? id
        : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path} has {value.Text().Length} letters; give 1 to {MostRequestId}.");

    private static ChatTurn Turn(RequestValue value)
    {
        var fields = value.Fields(s_turn);
        return new ChatTurn(Dialogues.Role(fields.Require("role")), fields.Require("text").Text());
    }
}
