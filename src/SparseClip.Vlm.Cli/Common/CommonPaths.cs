using System.CommandLine;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>Paths that several commands take by the same name.</summary>
internal static class CommonPaths
{
    /// <summary><c>--data</c></summary>
    public static Option<DirectoryInfo> Data() => new PathOption<DirectoryInfo>("--data", PathKind.DataFolder) { Description = "The folder that 'data build' wrote.", Required = true };

    /// <summary><c>--language-model</c></summary>
    public static Option<FileInfo?> LanguageModel() =>
        new PathOption<FileInfo?>("--language-model", PathKind.InputFile) { Description = "The GGUF whose first layers read text. Default: that of models/default." };

    /// <summary><c>--sentences</c></summary>
    public static Option<FileInfo?> Sentences() =>
        new PathOption<FileInfo?>("--sentences", PathKind.InputFile) { Description = "The sentence embedder that tells which words mean alike, as 'model import-sentences' writes it. Default: that of models/default." };
}
