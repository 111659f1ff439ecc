using System.CommandLine;
using SparseClip.Vlm.Data.Loading;
using Spectre.Console;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data preview</c></summary>
internal static class DataPreviewCommand
{
    public static Command Create()
    {
        var directory = new Option<DirectoryInfo>("--data") { Description = "The data folder.", Required = true };
        var file = new Option<FileInfo>("--out") { Description = "The PNG to write.", Required = true };
        var seed = new Option<long>("--seed") { Description = "Which batches.", DefaultValueFactory = _ => 1 };
        var size = new Option<int>("--size") { Description = "Side of the pictures in pixels (32-512).", DefaultValueFactory = _ => 128 };
        var objects = new Option<int>("--scene-objects") { Description = "Most things in a scene (1-5).", DefaultValueFactory = _ => 3 };
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
