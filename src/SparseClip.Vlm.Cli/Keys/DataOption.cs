using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Cli.Keys;

/// <summary>The option <c>--data</c>: the server's data folder, in which the keys are.</summary>
internal sealed class DataOption
{
    /// <summary>The option.</summary>
    public Option<DirectoryInfo?> Option { get; } = new PathOption<DirectoryInfo?>("--data", PathKind.OutputFolder) { Description = "The server's data folder. Default: that of the server (docs/settings.md, DataDirectory)." };

    /// <summary>The file of keys in the folder that was named, or in the server's.</summary>
    public string Path(ParseResult result) => ApiKeyFile.In(result.GetValue(Option)?.FullName ?? new ServerOptions().DataDirectory);
}
