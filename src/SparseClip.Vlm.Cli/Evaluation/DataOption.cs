using System.CommandLine;
using SparseClip.Vlm.Training.Data.Captions;
using SparseClip.Vlm.Training.Data.Shards;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>The data folder, and the classes taken from one of its icon families.</summary>
internal static class DataOption
{
    public static Option<DirectoryInfo> Create() => new("--data") { Description = "The folder that 'data build' wrote.", Required = true };

    public static Option<string> Labels() => new("--labels")
    {
        Description = "The icon family whose concrete labels are the classes.",
        DefaultValueFactory = _ => "openmoji",
    };

    /// <summary>The labels of a family's items that show one nameable thing, sorted.</summary>
    /// <exception cref="ShardException">It has none.</exception>
    public static IReadOnlyList<string> ConcreteLabels(ShardIndex index, string source)
    {
        string[] labels = [.. index.Items
            .Where(item => item.IsIcon && item.Entry.Source == source && item.Entry.Concrete == true)
            .Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return labels.Length > 0
            ? labels
            : throw new ShardException($"The data folder has no concrete items of '{source}'; name a source of icons that was built, such as noto.");
    }
}
