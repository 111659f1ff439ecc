using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary>The option <c>--taught</c>: the file of concepts that people taught.</summary>
internal sealed class TaughtOption
{
    /// <summary>The option.</summary>
    public Option<FileInfo?> Option { get; } = new PathOption<FileInfo?>("--taught", PathKind.OutputFile) { Description = "The file of taught concepts. Default: that of the server (docs/settings.md, TaughtConcepts)." };

    /// <summary>The file that was named, or the server's.</summary>
    public string Path(ParseResult result) => result.GetValue(Option)?.FullName ?? TaughtConceptFile.UsualPath;
}
