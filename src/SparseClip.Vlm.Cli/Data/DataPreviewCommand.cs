using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using Spectre.Console;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data preview</c></summary>
internal static class DataPreviewCommand
{
    public static Command Create()
    {
        var directory = new PathOption<DirectoryInfo>("--data", PathKind.DataFolder) { Description = "The data folder.", Required = true };
        var file = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "The PNG to write.", Required = true };
        var seed = NumberOption.Create("--seed", "Which batches.", 1L, 0L, long.MaxValue);
        var size = NumberOption.Create("--size", "Side of the pictures in pixels.", 128, 32, 512);
        var objects = NumberOption.Create("--scene-objects", "Most things in a scene.", 3, 1, 5);
        var command = new Command("preview", "Write a contact sheet of what training sees: icons, scenes, photographs, mixed photographs; captions are printed.")
        {
            directory, file, seed, size, objects,
        };
        command.SetAction((parsed, cancellation) =>
        {
            var options = new ClipLoaderOptions
            {
                Icons = 24, Scenes = 12, Photos = 8, Extras = 4, Prefetch = 1,
                Size = parsed.GetValue(size), SceneObjects = parsed.GetValue(objects), Seed = parsed.GetValue(seed),
            };
            Write(parsed.GetValue(directory)!.FullName, parsed.GetValue(file)!.FullName, options, cancellation);
            return Task.FromResult(0);
        });
        return command;
    }

    private static void Write(string directory, string file, ClipLoaderOptions options, CancellationToken cancellation)
    {
        using var loader = ClipBatchLoader.Open(directory, options, cancellationToken: cancellation);
        using var batch = loader.Make(0, cancellation);
        ContactSheet.Write(file, batch.Pixels, batch.Size, [.. Enumerable.Range(0, batch.Count)]);
        for (var i = 0; i < batch.CaptionedCount; i++)
        {
            AnsiConsole.WriteLine($"{i + 1,3}  {batch.Items[i].Source}: {batch.Captions[i]}");
        }

        AnsiConsole.WriteLine($"{loader.IconCount:N0} icons and {loader.PhotoCount:N0} photographs of {loader.Labels.Count:N0} labels; sheet in {file}");
    }
}
