using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>The options by which evaluations choose their pictures.</summary>
internal sealed class PictureOptions
{
    private readonly Option<string> _set = new PathOption<string>("--set", PathKind.Input)
    {
        Description = "A WebDataset tar with 'label' in its JSON, a folder of pictures with labels, or a data folder.",
        Required = true,
    };

    private readonly Option<string?> _source = new("--source") { Description = "Of a data folder: only this source, such as openmoji." };
    private readonly Option<string?> _split = new("--split") { Description = "Of a data folder: only this split (train, validation, heldout)." };
    private readonly Option<bool> _concrete = new("--concrete") { Description = "Of a data folder: only items that show one nameable thing." };
    private readonly Option<EvaluationPurpose?> _purpose = new("--purpose")
    {
        CustomParser = Purpose,
        Description = "Of a data folder: only what nothing is trained on, either to choose by (concrete items of FxEmojis, half of the held-out photographs) or for final figures (of OpenMoji, and the other half).",
    };

    private readonly Option<int?> _limit = NumberOption.CreateOptional("--limit", "At most so many pictures, spread evenly over the set.", 1);

    private static EvaluationPurpose? Purpose(ArgumentResult result)
    {
        var given = result.Tokens[0].Value;
        if (Enum.GetNames<EvaluationPurpose>().FirstOrDefault(name => name.Equals(given, StringComparison.OrdinalIgnoreCase)) is { } known)
        {
            return Enum.Parse<EvaluationPurpose>(known);
        }

        result.AddError($"--purpose: there is no '{given}'; use {string.Join(" or ", Enum.GetNames<EvaluationPurpose>().Select(name => name.ToLowerInvariant()))}.");
        return null;
    }

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        foreach (var option in new Option[] { _set, _source, _split, _concrete, _purpose, _limit })
        {
            command.Add(option);
        }

        return command;
    }

    /// <summary>The path that was given.</summary>
    public string Path(ParseResult result) => result.GetValue(_set)!;

    /// <exception cref="ShardException">Nothing labelled is there, or nothing passes the filters.</exception>
    public LabelledSet Open(ParseResult result, CancellationToken cancellationToken)
    {
        var (source, split, isConcrete, purpose) = (result.GetValue(_source), result.GetValue(_split), result.GetValue(_concrete), result.GetValue(_purpose));
        var set = LabelledSet.Open(
            Path(result),
            result.GetValue(_limit),
            picture => (source is null || picture.Entry?.Source == source)
                && (split is null || picture.Entry?.Split == split)
                && (!isConcrete || picture.Entry?.Concrete == true)
                && (purpose is not { } served || picture.Entry?.Serves(served) == true),
            cancellationToken);
        if (set.Sidecars > 0)
        {
            Console.Error.WriteLine($"{set.Sidecars} files that macOS keeps beside others (._x, .DS_Store, __MACOSX) were skipped.");
        }

        return set;
    }
}
