using System.CommandLine;
using System.Diagnostics;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Training;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Model;

/// <summary><c>sparseclip model build</c></summary>
internal static class BuildCommand
{
    /// <param name="commands">Makes all commands anew, of which the stages are some.</param>
    public static Command Create(Func<RootCommand> commands)
    {
        var preset = new Option<string>("--preset") { Description = "A preset's name or file (models/presets/build-*.json).", DefaultValueFactory = _ => "default" };
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower.safetensors to begin with.", Required = true };
        var languageModel = new PathOption<FileInfo?>("--language-model", PathKind.InputFile) { Description = "The GGUF that answers. Default: that of models/default." };
        var data = CommonPaths.Data();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The folder for everything; the same one resumes.", Required = true };
        var isPlan = new Option<bool>("--plan") { Description = "Print the stages' command lines and run none." };
        var command = new Command("build", "Make a bundle of a tower, stage by stage: adapter, names, concepts, language adapter; the same command resumes.") { preset, tower, languageModel, data, output, isPlan };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = result.GetValue(output)!.FullName;
            var paths = new Dictionary<string, string>
            {
                ["tower"] = result.GetValue(tower)!.FullName,
                ["language_model"] = result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel(),
                ["data"] = result.GetValue(data)!.FullName,
                ["out"] = folder,
            };
            var stages = BuildPreset.Load(result.GetValue(preset)!).Stages;
            if (result.GetValue(isPlan))
            {
                foreach (var stage in stages)
                {
                    Console.WriteLine("sparseclip " + string.Join(' ', stage.Arguments(paths)));
                }

                return 0;
            }

            return await RunAsync(commands, stages, folder, paths, cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(Func<RootCommand> commands, IReadOnlyList<BuildStage> stages, string folder, Dictionary<string, string> paths, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(folder);
        var record = new BuildRecord(folder);
        var sources = new Dictionary<string, string>(RunInputs.Of(paths["language_model"], paths["data"], paths["tower"]));
        foreach (var (number, stage) in stages.Index())
        {
            cancellationToken.ThrowIfCancellationRequested();
            var arguments = stage.Arguments(paths);
            if (record.IsDone(stage, arguments, sources))
            {
                Console.Error.WriteLine($"[{number + 1}/{stages.Count}] {stage.Name}: done before.");
            }
            else
            {
                Console.Error.WriteLine($"[{number + 1}/{stages.Count}] {stage.Name}: sparseclip {string.Join(' ', arguments)}");
                var clock = Stopwatch.StartNew();
                if (await commands().Parse(arguments).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false }, cancellationToken) is not 0 and var code)
                {
                    Console.Error.WriteLine($"Stage '{stage.Name}' ended with code {code}; the same command goes on with it.");
                    return code;
                }

                record.Done(stage, arguments, sources);
                Console.Error.WriteLine($"[{number + 1}/{stages.Count}] {stage.Name}: {clock.Elapsed.TotalMinutes:F1} minutes.");
            }

            sources[stage.Name] = ContentHash.Of(Path.Combine(folder, stage.Makes));
        }

        Console.WriteLine(Path.Combine(folder, Path.GetDirectoryName(stages[^1].Makes)!));
        return 0;
    }
}
