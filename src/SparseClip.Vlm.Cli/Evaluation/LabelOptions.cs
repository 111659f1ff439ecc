using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>The options of evaluations that take their classes from an icon family of a data folder.</summary>
internal sealed class LabelOptions
{
    private readonly Option<DirectoryInfo> _data = CommonPaths.Data();
    private readonly Option<string> _labels = new("--labels")
    {
        Description = "The icon family whose concrete labels are the classes.",
        DefaultValueFactory = _ => EvaluationFamilies.Final,
    };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_data);
        command.Add(_labels);
        return command;
    }

    /// <summary>Opens the data folder.</summary>
    /// <exception cref="ShardException">It is no data folder.</exception>
    public ShardIndex Open(ParseResult result, CancellationToken cancellationToken) => ShardIndex.Open(result.GetValue(_data)!.FullName, cancellationToken);

    /// <summary>The labels of the family's items that show one nameable thing, sorted.</summary>
    /// <exception cref="ShardException">It has none.</exception>
    public IReadOnlyList<string> Classes(ParseResult result, ShardIndex index) => Labels(result.GetValue(_labels)!, index, isConcrete: true);

    /// <summary>The labels of a family, sorted.</summary>
    /// <param name="source">The family.</param>
    /// <param name="index">The data folder.</param>
    /// <param name="isConcrete">Only those of items that show one nameable thing.</param>
    /// <exception cref="ShardException">It has none.</exception>
    public static IReadOnlyList<string> Labels(string source, ShardIndex index, bool isConcrete)
    {
        string[] labels = [.. index.Items
            .Where(item => item.IsIcon && item.Entry.Source == source && (!isConcrete || item.Entry.Concrete == true))
            .Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return labels.Length > 0
            ? labels
            : throw new ShardException($"The data folder has no {(isConcrete ? "concrete " : "")}items of '{source}'; name a source of icons that was built, such as noto.");
    }
}
