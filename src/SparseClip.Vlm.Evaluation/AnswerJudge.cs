using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Evaluation;

/// <summary>What an answer says, as far as its words tell.</summary>
public static class AnswerJudge
{
    private static readonly HashSet<string> s_denials = ["no", "not", "none", "nothing", "isnt", "arent", "doesnt", "dont", "cannot", "cant"];

    /// <summary>Whether an answer to a question for yes or no means yes: its first sentence has no word of denial (as POPE reads answers; Li et al. 2023).</summary>
    public static bool SaysYes(string answer) => !Denies(answer) && answer.Any(char.IsLetter);

    /// <summary>Whether the first sentence denies something: what a false premise asks for.</summary>
    public static bool Denies(string answer) => Words(FirstSentence(answer)).Any(s_denials.Contains);

    /// <summary>Whether an answer is the earlier one again: word for word, or its first sentence.</summary>
    public static bool Repeats(string answer, string earlier)
    {
        var (later, before) = (string.Join(' ', Words(answer)), string.Join(' ', Words(earlier)));
        return later.Length == 0 || later == before || string.Join(' ', Words(FirstSentence(answer))) == string.Join(' ', Words(FirstSentence(earlier)));
    }

    /// <summary>Whether an answer says one word out of some, and none of the others.</summary>
    /// <param name="answer">The answer.</param>
    /// <param name="right">The word, one of <paramref name="all"/>.</param>
    /// <param name="all">Words of which one is right.</param>
    public static bool SaysOnly(string answer, string right, IReadOnlyList<string> all) => Words(answer).Where(all.Contains).Distinct().ToArray() is [var said] && said == right;

    /// <summary>Lower-case words without punctuation; apostrophes are dropped.</summary>
    public static IEnumerable<string> Words(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return string.Concat(text.ToLowerInvariant().Where(letter => letter is not ('\'' or '’')).Select(letter => char.IsLetterOrDigit(letter) ? letter : ' '))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
    }

    /// <summary>"Is there a dog in this picture?"</summary>
    public static string PresenceQuestion(string label) => $"{(Noun.IsPluralLabel(label) ? "Are" : "Is")} there {Noun.WithArticle(label)} in this picture?";

    /// <summary>A question that takes something for granted: "What colour is the dog?"</summary>
    /// <param name="label">The thing.</param>
    /// <param name="number">Which of the forms, 0 or more.</param>
    public static string PremiseQuestion(string label, int number)
    {
        var verb = Noun.IsPluralLabel(label) ? "are" : "is";
        return (number % 3) switch
        {
            0 => $"What colour {verb} the {label}?",
            1 => $"Where {verb} the {label} in this picture?",
            _ => $"What {verb} the {label} doing?",
        };
    }

    private static string FirstSentence(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var end = text.IndexOfAny(['.', '!', '?', ';', '\n']);
        return end < 0 ? text : text[..end];
    }
}
