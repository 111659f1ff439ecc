using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;


namespace SparseClip.Vlm.Data.Captions;

/// <summary>
/// Captions of pictures of one thing: a template over the label (64%), the label and one tag (16%), one tag alone (10%), another word for the
/// same thing (6%) or a wider word (4%), where there is one. The set of all captions of a data folder is finite, so text states can be kept per caption.
/// </summary>
/// <param name="relations">Where synonyms and wider words come from; null for none.</param>
/// <param name="leftOut">Words that no caption may have; null for none.</param>
public sealed class CaptionWriter(IWordRelations? relations = null, LeftOutWords? leftOut = null)
{
    // Further up, words say little of what is seen.
    internal const int NearestWider = 4;

    private readonly LeftOutWords leftOut = leftOut ?? LeftOutWords.None;

    /// <summary>One caption.</summary>
    /// <param name="label">Normalised label.</param>
    /// <param name="tags">Further words for the same picture.</param>
    /// <param name="random">Source of the choice.</param>
    /// <param name="isTaken">Words that name another picture of the batch: such a word would be a false negative and is not used.</param>
    public string Write(string label, IReadOnlyList<string> tags, SeededRandom random, Func<string, bool>? isTaken = null)
    {
        var template = Template(random);
        var what = random.NextDouble();
        var pick = random.Next(1 << 20);
        var word = what switch
        {
            < 0.64 => null,
            < 0.90 => OneOf(tags, pick, tags.Count),
            < 0.96 => OneOf(relations?.SynonymsOf(label), pick, int.MaxValue),
            _ => OneOf(relations?.WiderThan(label), pick, NearestWider),
        };
        if (word is null || word == label || !IsUsable(word) || leftOut.OccurIn(word) || isTaken?.Invoke(word) == true)
        {
            return PromptTemplates.Fill(template, label);
        }

        return what < 0.80 ? PromptTemplates.Fill(template, label) + ", " + word : PromptTemplates.Fill(template, word);
    }

    private static string? OneOf(IReadOnlyList<string>? words, int pick, int nearest) =>
        words is { Count: > 0 } ? Noun.Normalize(words[pick % Math.Min(words.Count, nearest)]) : null;

    /// <summary>The plain caption of a label.</summary>
    public static string Plain(string label) => PromptTemplates.Fill(PromptTemplates.Training[0].Template, label);

    /// <summary>Whether a tag is a word one would say of a picture: letters, not a code such as "1f436" or "blue-square".</summary>
    public static bool IsUsable(string tag) =>
        tag.Length is >= 2 and <= 30 && tag.All(c => char.IsAsciiLetterLower(c) || c is ' ' or '-' or '\'') && tag != "blue-square" && tag != "misc";

    private static string Template(SeededRandom random)
    {
        var left = random.NextDouble();
        foreach (var (template, weight) in PromptTemplates.Training)
        {
            left -= weight;
            if (left < 0)
            {
                return template;
            }
        }

        return PromptTemplates.Training[0].Template;
    }
}
