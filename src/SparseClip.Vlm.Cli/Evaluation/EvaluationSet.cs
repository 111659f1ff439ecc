using System.CommandLine;
using SparseClip.Vlm.Training.Data.Shards;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>The options by which evaluations choose their pictures.</summary>
internal static class EvaluationSet
{
    public static Option<string> Option() => new("--set")
    {
        Description = "A WebDataset tar with 'label' in its JSON, a folder of pictures with labels, or a data folder.",
        Required = true,
    };

    public static Option<string?> SourceOption() => new("--source") { Description = "Of a data folder: only this source, such as openmoji." };

    public static Option<string?> SplitOption() => new("--split") { Description = "Of a data folder: only this split (train, validation, heldout)." };

    public static Option<bool> ConcreteOption() => new("--concrete") { Description = "Of a data folder: only items that show one nameable thing." };

    /// <exception cref="ShardException">Nothing labelled is there, or nothing passes the filters.</exception>
    public static LabelledSet Open(string path, int? limit, string? source, string? split, bool isConcrete, CancellationToken cancellationToken) =>
        LabelledSet.Open(
            path,
            limit,
            picture => (source is null || picture.Entry?.Source == source)
                && (split is null || picture.Entry?.Split == split)
                && (!isConcrete || picture.Entry?.Concrete == true),
            cancellationToken);
}
