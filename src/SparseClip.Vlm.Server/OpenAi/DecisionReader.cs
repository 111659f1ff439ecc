using SparseClip.Vlm.Contracts.OpenAi;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;
using SparseClip.Vlm.Server.Steering;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>Reads what is to be decided of a picture. What cannot be honoured is refused, not ignored.</summary>
internal static class DecisionReader
{
    /// <summary>The most choices.</summary>
    public const int MostChoices = 256;

    private static readonly FieldNames s_request = new("image", "choices", "concept", "steering", "model")
    {
        Elsewhere = new Dictionary<string, string>
        {
            ["labels"] = "did you mean choices?",
            ["options"] = "did you mean choices?",
            ["question"] = "the tower answers no questions; give choices or a concept, or ask /v1/chat/completions.",
            ["edits"] = "it belongs into steering.",
        },
    };

    /// <summary>The request.</summary>
    /// <exception cref="RefusedException">400: a field is unknown, missing or of the wrong kind, or there are not choices or a concept but both or neither.</exception>
    public static DecisionRequest Read(RequestValue body)
    {
        var fields = body.Fields(s_request);
        var request = new DecisionRequest(
            fields.Require("image").Text(),
            fields["choices"] is { } choices ? Choices(choices) : null,
            fields["concept"]?.Text(),
            fields["steering"] is { } steering ? SteeringReader.Read(steering) : null,
            fields["model"]?.Text());
        return request switch
        {
            { Choices: not null, Concept: not null } => throw new RefusedException(400, ErrorCodes.InvalidValue, "choices and concept are both given; give one.", "concept"),
            { Choices: null, Concept: null } => throw new RefusedException(400, ErrorCodes.MissingParameter, "choices and concept are missing; give one of them.", "choices"),
            _ => request,
        };
    }

    /// <summary>Refuses choices that the tower does not read whole.</summary>
    /// <exception cref="RefusedException">400: one is too long.</exception>
    public static void CheckLengths(IReadOnlyList<string> choices, IVisionLanguageModel model)
    {
        foreach (var (place, choice) in choices.Index())
        {
            if (PromptTemplates.ForZeroShot(choice).Max(prompt => model.Tokenize(prompt).Count) is var count && count > model.TextTokens)
            {
                throw new RefusedException(400, ErrorCodes.InvalidValue, $"choices[{place}] has {count} tokens in its sentence; the tower reads {model.TextTokens}. Shorten it.", $"choices[{place}]");
            }
        }
    }

    private static List<string> Choices(RequestValue value)
    {
        var items = value.Items("a list of words");
        if (items.Count is < 2 or > MostChoices)
        {
            throw value.Refused(ErrorCodes.InvalidValue, $"choices has {items.Count} words; give 2 to {MostChoices}.");
        }

        var (labels, seen) = (new List<string>(items.Count), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var item in items)
        {
            var label = item.Text();
            var normal = Noun.WithoutArticle(Noun.Normalize(label));
            if (normal.Length == 0)
            {
                throw item.Refused(ErrorCodes.InvalidValue, $"{item.Path} is no word.");
            }

            if (!seen.TryAdd(normal, item.Path))
            {
                throw item.Refused(ErrorCodes.InvalidValue, $"{item.Path} is the same as {seen[normal]}; give each once.");
            }

            labels.Add(label);
        }

        return labels;
    }
}
