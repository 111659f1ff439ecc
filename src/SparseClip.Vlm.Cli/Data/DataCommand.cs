using System.CommandLine;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data ...</c></summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Build and inspect the pictures that models are trained on.")
    {
        DataBuildCommand.Create(),
        DataCompareCommand.Create(),
        DataPreviewCommand.Create(),
    };
}
