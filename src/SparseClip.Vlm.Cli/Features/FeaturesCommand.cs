using System.CommandLine;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features</c></summary>
internal static class FeaturesCommand
{
    public static Command Create() => new("features", "Name and search the features of a tower.") { NameCommand.Create(), SearchCommand.Create() };
}
