using System.CommandLine;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>Scenes that whole models are asked about: things of one icon family, or of those that are trained on.</summary>
internal static class DrawnThings
{
    public static Option<string?> Family() => new("--things") { Description = "The icon family of the scenes' things, such as openmoji. Default: the families that are trained on." };

    /// <summary>The scenes.</summary>
    /// <param name="index">The data folder's pictures; has to stay open.</param>
    /// <param name="family">The icon family; null for those that are trained on.</param>
    public static DrawnScenes Open(ShardIndex index, string? family) => new(index, Labels(index, family), DrawnScenes.QuestionedSize, family, EvaluationFamilies.Excluded);

    /// <summary>The labels of concrete things: of a family, or of OpenMoji, as in <c>eval scenes</c>.</summary>
    private static string[] Labels(ShardIndex index, string? family) => [.. index.Items
        .Where(item => item.IsIcon && item.Entry.Source == (family ?? EvaluationFamilies.Final) && item.Entry.Concrete == true)
        .Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal)];
}
