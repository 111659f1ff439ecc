using SparseClip.Vlm.Training.Data.Loading;

namespace SparseClip.Vlm.Training.Data.Captions;

/// <summary>
/// Captions of pictures of one thing: a template over the label (70%), the label and one tag (16%), one tag alone (10%) or a wider word
/// (4%, where known). The set of all captions of a data folder is finite, so text states can be kept per caption.
/// </summary>
/// <param name="hypernyms">Where wider words come from; null for none.</param>
public sealed class CaptionWriter(IHypernyms? hypernyms = null)
{
    // Further up, words say little of what is seen.
    private const int NearestHypernyms = 4;

    /// <summary>One caption.</summary>
    /// <param name="label">Normalised label.</param>
    /// <param name="tags">Further words for the same picture.</param>
    /// <param name="random">Source of the choice.</param>
    /// <param name="isTaken">Words that name another picture of the batch: such a tag would be a false negative and is not used.</param>
    public string Write(string label, IReadOnlyList<string> tags, SeededRandom random, Func<string, bool>? isTaken = null)
    {
        var template = Template(random);
        var what = random.NextDouble();
        var tag = tags.Count > 0 ? Noun.Normalize(random.Pick(tags)) : "";
        var tagIsUsable = IsUsable(tag) && tag != label && isTaken?.Invoke(tag) != true;
        if (what >= 0.96 && hypernyms?.Of(label) is { Count: > 0 } wider && wider[random.Next(Math.Min(wider.Count, NearestHypernyms))] is var word && isTaken?.Invoke(word) != true)
        {
            return PromptTemplates.Fill(template, word);
        }

        return what switch
        {
            >= 0.70 and < 0.86 when tagIsUsable => PromptTemplates.Fill(template, label) + ", " + tag,
            >= 0.86 and < 0.96 when tagIsUsable => PromptTemplates.Fill(template, tag),
            _ => PromptTemplates.Fill(template, label),
        };
    }

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
