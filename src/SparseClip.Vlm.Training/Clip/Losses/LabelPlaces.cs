namespace SparseClip.Vlm.Training.Clip.Losses;

/// <summary>Labels as rows.</summary>
internal static class LabelPlaces
{
    /// <summary>For each list of labels their places among all.</summary>
    public static IReadOnlyList<int>[] Of(IEnumerable<IReadOnlyList<string>> lists, IReadOnlyList<string> all)
    {
        var places = all.Select((label, place) => (label, place)).ToDictionary(pair => pair.label, pair => pair.place, StringComparer.Ordinal);
        return [.. lists.Select(labels => (int[])[.. labels.Select(label => places[label])])];
    }
}
