using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Requests;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>What becomes of a dialogue that is too long for the context, on HTTP and on the hub.</summary>
internal static class Truncation
{
    /// <summary>It is refused, as it is when nothing is said.</summary>
    public const string Refuse = "refuse";

    /// <summary>Its oldest turns are left out.</summary>
    public const string Oldest = "oldest";

    /// <summary>The policies.</summary>
    public static IReadOnlyList<string> Names { get; } = [Refuse, Oldest];

    /// <summary>What OpenAI's Responses API calls the policies.</summary>
    public static IReadOnlyDictionary<string, string> Modes { get; } = new Dictionary<string, string> { ["disabled"] = Refuse, ["auto"] = Oldest };

    /// <summary>The name of a policy, checked.</summary>
    /// <exception cref="RefusedException">400: there is no such policy.</exception>
    public static string Name(RequestValue value)
    {
        var name = value.Text();
        return Names.Contains(name) ? name : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path} is '{name}'; give {string.Join(" or ", Names)}.");
    }

    /// <summary>The policy of a mode.</summary>
    /// <exception cref="RefusedException">400: there is no such mode.</exception>
    public static string OfMode(RequestValue value) => Modes.TryGetValue(value.Text(), out var policy)
        ? policy
        : throw value.Refused(ErrorCodes.InvalidValue, $"{value.Path} is '{value.Text()}'; give {string.Join(" or ", Modes.Keys)}.");

    /// <summary>The mode of a policy.</summary>
    /// <param name="policy">The policy; null where nothing is said.</param>
    public static string ModeOf(string? policy) => Modes.Single(mode => mode.Value == (policy ?? Refuse)).Key;

    /// <summary>
    /// The question with as few of its oldest turns left out as it takes for the prompt and the longest answer to fit. The system message and the last question always stay, and what stays begins with the user; the picture moves to the first
    /// message of the user that stays.
    /// </summary>
    /// <param name="model">Who answers.</param>
    /// <param name="question">The question.</param>
    /// <param name="policy">A name of a policy; null to refuse, which is left to the model.</param>
    /// <returns>The question, and how many turns were left out. Where the last question alone is too long the model refuses it.</returns>
    public static (AnswerRequest Question, int LeftOut) Apply(IVisionLanguageModel model, AnswerRequest question, string? policy)
    {
        var turns = question.Dialogue;
        var first = turns[0].Speaker == Speaker.System ? 1 : 0;
        if (policy != Oldest || Fits(question))
        {
            return (question, 0);
        }

        // The fewest that have to go: whatever stays of a dialogue that fits, fits.
        List<int> begins = [.. Enumerable.Range(first + 1, Math.Max(0, turns.Count - first - 1)).Where(turn => turns[turn].Speaker == Speaker.User)];
        var (low, high) = (0, begins.Count - 1);
        while (low < high)
        {
            var middle = (low + high) / 2;
            (low, high) = Fits(From(begins[middle])) ? (low, middle) : (middle + 1, high);
        }

        return begins.Count == 0 ? (question, 0) : (From(begins[low]), begins[low] - first);

        AnswerRequest From(int begin) => question with { Dialogue = [.. turns.Take(first), .. turns.Skip(begin)] };

        bool Fits(AnswerRequest shortened) => model.PromptLength(shortened) + shortened.Sampling.MaxTokens <= model.ContextLength;
    }
}
