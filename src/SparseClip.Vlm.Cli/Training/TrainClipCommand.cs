using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Studies.Paper;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train clip</c></summary>
internal static class TrainClipCommand
{
    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "A preset's name or file.", DefaultValueFactory = _ => "clip-default" };
        var data = CommonPaths.Data();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The run's folder; the same one resumes.", Required = true };
        var languageModel = CommonPaths.LanguageModel();
        var minutes = NumberOption.CreateOptional("--minutes", "Training time, instead of the preset's.", 0.001, 1_000_000);
        var steps = NumberOption.CreateOptional("--steps", "A number of steps instead of a time.", 1L);
        var init = new PathOption<string?>("--init", PathKind.Input)
        {
            Description = "Start from a finished model instead of the preset's trunk: a file of 'model import-clip', the folder of a published CLIP, a tower.safetensors or the folder of a run.",
        };
        var freeze = new Option<bool>("--freeze-trunk") { Description = "Train heads and text side only." };
        var freezeImage = new Option<bool>("--freeze-image") { Description = "Train the text side only: the image codes of the tower named by --init stay as they are." };
        var device = DeviceOption.Create();
        var command = new Command("clip", "Train a Sparse CLIP tower; the same command resumes.")
        {
            preset, data, output, languageModel, minutes, steps, init, freeze, freezeImage, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var recipe = ClipPreset.Load(ModelsFolder.Preset(result.GetValue(preset)!));
            recipe = result.GetValue(minutes) is { } budget ? recipe with { Minutes = budget, Steps = null } : recipe;
            recipe = result.GetValue(steps) is { } count ? recipe with { Steps = count } : recipe;
            var gguf = result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel();
            var options = new ClipTrainerOptions(
                ModelsFolder.Find(), result.GetValue(output)!.FullName, Loader(recipe, result.GetValue(data)!.FullName, cancellationToken),
                Init: result.GetValue(init), FreezeTrunk: result.GetValue(freeze), FreezeImage: result.GetValue(freezeImage), Note: Console.WriteLine)
            {
                Inputs = RunInputs.Of(gguf, result.GetValue(data)!.FullName),
            };
            return Task.FromResult(Run(options, recipe, result.GetValue(data)!.FullName, gguf, cancellationToken));
        });
        return command;
    }

    private static Func<int, ClipBatchLoader> Loader(ClipPreset preset, string data, CancellationToken cancellationToken) => size => ClipBatchLoader.Open(
        data,
        new ClipLoaderOptions
        {
            Size = size,
            Icons = preset.Batch.Icons,
            Scenes = preset.Batch.Scenes,
            Photos = preset.Batch.Photographs,
            Extras = preset.Batch.Extras,
            Words = preset.Words?.Count ?? 0,
            ExcludedArtists = [.. preset.ExcludedArtists],
            Seed = preset.Seed,

            // The cores that a GPU leaves idle draw its pictures, out of a sixteenth of the memory (MiB = bytes / 2^20); on the CPU they have the training itself to do.
            Workers = ComputeDevice.IsGpu ? Math.Max(1, Environment.ProcessorCount - 2) : 1,
            CacheMegabytes = ComputeDevice.IsGpu ? (int)Math.Min(8192, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 16 / (1 << 20)) : new ClipLoaderOptions().CacheMegabytes,
            Prefetch = ComputeDevice.IsGpu ? 8 : new ClipLoaderOptions().Prefetch,
        },
        cancellationToken: cancellationToken);

    private static int Run(ClipTrainerOptions options, ClipPreset preset, string data, string gguf, CancellationToken cancellationToken)
    {
        preset.Validate();
        using var states = LanguageModelTextStates.Open(gguf, preset.Text.Layers);
        using var validation = ClipValidator.Open(data, states, preset.ExcludedArtists);
        var log = new TrainingLog(options.Output);
        var tower = new ClipTrainer(options, preset, states).Train(log.Write, Validate, cancellationToken);
        Console.WriteLine(cancellationToken.IsCancellationRequested
            ? $"Stopped; the same command goes on. The tower so far: {tower}"
            : $"Trained: {tower}");
        return cancellationToken.IsCancellationRequested ? 130 : 0;

        void Validate(SparseClipModel model, long step)
        {
            foreach (var measurement in validation.Measure(model, step, cancellationToken))
            {
                log.Write(measurement);
            }
        }
    }
}
