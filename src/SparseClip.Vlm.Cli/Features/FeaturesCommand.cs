using System.CommandLine;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features</c></summary>
internal static class FeaturesCommand
{
    public static Command Create() => new("features", "Name the features of a tower, try their names on pictures, search them and look at them.")
    {
        NameCommand.Create(),
        BuildFeaturesCommand.Create(),
        CausalCommand.Create(),
        SearchCommand.Create(),
        ShowFeatureCommand.Create(),
        ReportFeaturesCommand.Create(),
    };
}
