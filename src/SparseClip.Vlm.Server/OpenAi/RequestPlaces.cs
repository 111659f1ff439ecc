using SparseClip.Vlm.Core.Grammars;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Where the parts of a request for an answer stand in what a client sent, so that a refusal names what the client wrote.</summary>
/// <param name="Messages">The dialogue.</param>
/// <param name="Schema">The schema of the answer.</param>
/// <param name="Grammar">What the answer keeps to.</param>
/// <param name="NoLogprobs">That it is not asked how likely tokens were, in words.</param>
internal sealed record RequestPlaces(string Messages, string Schema, string Grammar, string NoLogprobs)
{
    /// <summary>Of <c>POST /v1/chat/completions</c>.</summary>
    public static RequestPlaces Completion { get; } = new("messages", "response_format.json_schema.schema", "grammar", "logprobs is not true");

    /// <summary>Of <c>POST /v1/responses</c>.</summary>
    public static RequestPlaces Response { get; } = new("input", "text.format.schema", "text.format", $"{ResponseFields.Logprobs} is not in include");

    /// <summary>How many messages come first that stand elsewhere.</summary>
    public int Before { get; init; }

    /// <summary>A picture.</summary>
    /// <param name="message">The message, from 0.</param>
    /// <param name="part">Its part, from 0.</param>
    public string Picture(int message, int part) => $"{Messages}[{message - Before}].content[{part}].image_url";

    /// <summary>An exception of the model with the place that it is about.</summary>
    public Exception Placed(Exception error) => error switch
    {
        ContextLengthException => At(Messages, error),
        GrammarException => At(Grammar, error),
        _ => error,
    };

    private static Exception At(string place, Exception error) =>
        Refusal.From(error) is var refusal && refusal.Param == place ? error : new RefusedException(refusal with { Param = place });
}
