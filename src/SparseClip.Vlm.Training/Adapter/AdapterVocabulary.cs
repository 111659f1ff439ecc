using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Training.Adapter;

/// <summary>The words an adapter is started from and edits are drawn from: labels, then further names, then tags, the frequent ones first.</summary>
public static class AdapterVocabulary
{
    /// <summary>Words that occur with training pictures, each once.</summary>
    /// <param name="labels">The labels of training pictures; always all of them.</param>
    /// <param name="names">Further names of things, such as the pretrained trunk's classes.</param>
    /// <param name="index">The data folder, for its tags.</param>
    /// <param name="most">The most words beside the labels' own.</param>
    public static IReadOnlyList<string> Make(IReadOnlyList<string> labels, IReadOnlyList<string> names, ShardIndex index, int most)
    {
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(index);
        var tags = index.Items
            .Where(item => item.Entry.Split == "train")
            .SelectMany(item => item.Entry.Tags.Select(Noun.Normalize).Distinct(StringComparer.Ordinal))
            .Where(CaptionWriter.IsUsable)
            .GroupBy(tag => tag, StringComparer.Ordinal)
            .OrderByDescending(group => group.Count()).ThenBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => group.Key);
        return [.. labels.Concat(names.Select(Noun.Normalize)).Concat(tags)
            .Where(word => word.Length > 0)
            .Distinct(StringComparer.Ordinal)
            .Take(Math.Max(most, labels.Count))];
    }
}
