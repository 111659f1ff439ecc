using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Cli.Model;

/// <summary>The option <c>--model</c> and the loading of what it names.</summary>
internal static class ModelOption
{
    public static Option<DirectoryInfo?> Create() => new PathOption<DirectoryInfo?>("--model", PathKind.InputFolder) { Description = "The bundle's folder. Default: models/default." };

    /// <summary>Loads the bundle, with a line of progress where a person watches.</summary>
    public static async Task<VisionLanguageModel> LoadAsync(DirectoryInfo? folder, CancellationToken cancellationToken)
    {
        var progress = Console.IsErrorRedirected ? null : new LoadingLine();
        var model = await VisionLanguageModel.LoadAsync(Folder(folder), progress: progress, cancellationToken: cancellationToken);
        if (progress is not null)
        {
            LoadingLine.Clear();
        }

        return model;
    }

    /// <summary>The folder named, or that of the bundle that ships.</summary>
    public static string Folder(DirectoryInfo? folder) => folder?.FullName ?? DefaultParts.Bundle();

    private sealed class LoadingLine : IProgress<LoadProgress>
    {
        public void Report(LoadProgress value) => Console.Error.Write($"\r{value.Stage,-40} {value.Share,4:P0}");

        public static void Clear() => Console.Error.Write("\r" + new string(' ', 50) + "\r");
    }
}
