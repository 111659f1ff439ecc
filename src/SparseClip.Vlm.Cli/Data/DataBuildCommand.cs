using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Cli.Data;

/// <summary><c>sparseclip data build</c></summary>
internal static class DataBuildCommand
{
    public static Command Create()
    {
        var directory = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The data folder. Run the same command again to go on with a build that was broken off.", Required = true };
        var photos = new PathOption<FileInfo[]>("--photos", PathKind.InputFile) { Description = "A WebDataset tar of labelled photographs; may be given several times.", AllowMultipleArgumentsPerToken = true };
        var sources = new Option<string?>("--sources") { Description = "Names of the sources to build, with commas between them; all of them when left out, none with ''." };
        var size = NumberOption.Create("--size", "Longer side of the icons, in pixels.", 160, 16, 1024);
        var command = new Command("build", "Fetch the sources by package name, draw them, and write WebDataset shards and a catalogue.")
        {
            directory, photos, sources, size,
        };
        command.SetAction(async (parsed, cancellation) =>
        {
            var options = new DataBuildOptions(parsed.GetValue(directory)!.FullName)
            {
                PhotographTars = [.. (parsed.GetValue(photos) ?? []).Select(f => f.FullName)],
                Sources = parsed.GetValue(sources)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
                Size = parsed.GetValue(size),
                Parallelism = Math.Clamp(Environment.ProcessorCount, 1, 64),
            };
            DataBuildResult result = await BuildProgressBars.RunAsync(
                progress => DataBuilder.BuildAsync(options, progress, cancellation)).ConfigureAwait(false);
            Console.WriteLine($"{result.Pictures.Values.Sum():N0} pictures of {result.Pictures.Count} sources, {result.Skipped:N0} skipped (skipped.jsonl), in {options.Directory}");
            return 0;
        });
        return command;
    }
}
