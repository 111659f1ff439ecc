using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;

namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>The kinds of things in a set that somebody could teach: what enough of its pictures are labelled with, or are a kind of within three meanings, and most are not.</summary>
public static class TeachingKinds
{
    /// <summary>A kind has so many pictures at least: five to teach it and one to try it.</summary>
    public const int FewestPictures = 6;

    /// <summary>A kind has at most this share of the pictures: what is wider is no kind of thing that a picture is of.</summary>
    private const double MostPictures = 0.08;

    /// <summary>The words of the three meanings above a label's: a kind that some picture is of by a longer way is too wide.</summary>
    private const int WiderWords = 6;

    /// <summary>The kinds with their pictures, by name; of words for the same pictures the first one found.</summary>
    /// <param name="labels">The labels of the pictures. [N]</param>
    /// <param name="relations">Wider words; null for none.</param>
    public static IReadOnlyList<(string Word, IReadOnlyList<int> Pictures)> Of(IReadOnlyList<string> labels, IWordRelations? relations)
    {
        ArgumentNullException.ThrowIfNull(labels);
        var kinds = new SortedDictionary<string, List<int>>(StringComparer.Ordinal);
        var tooWide = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (picture, label) in labels.Index())
        {
            var name = Noun.Normalize(label);
            var wider = relations?.WiderThan(name) ?? [];
            tooWide.UnionWith(wider.Skip(WiderWords));
            foreach (var word in wider.Prepend(name).Distinct(StringComparer.Ordinal))
            {
                if (!kinds.TryGetValue(word, out var pictures))
                {
                    kinds[word] = pictures = [];
                }

                pictures.Add(picture);
            }
        }

        return [.. kinds.Where(kind => !tooWide.Contains(kind.Key) && kind.Value.Count >= FewestPictures && kind.Value.Count <= MostPictures * labels.Count)
            .GroupBy(kind => string.Join(' ', kind.Value), StringComparer.Ordinal).Select(same => (same.First().Key, (IReadOnlyList<int>)same.First().Value))];
    }
}
