using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Data.Loading;
using SparseClip.Vlm.Training.Evaluation;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train clip</c></summary>
internal static class TrainClipCommand
{
    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "A preset's name or file.", DefaultValueFactory = _ => "clip-default" };
        var data = new Option<DirectoryInfo>("--data") { Description = "The folder that 'data build' wrote.", Required = true };
        var output = new Option<DirectoryInfo>("--out") { Description = "The run's folder; the same one resumes.", Required = true };
        var languageModel = new Option<FileInfo?>("--language-model") { Description = "The GGUF whose first layers read text. Default: that of models/default." };
        var minutes = new Option<double?>("--minutes") { Description = "Training time, instead of the preset's." };
        var command = new Command("clip", "Train a Sparse CLIP tower; the same command resumes.") { preset, data, output, languageModel, minutes };
        command.SetAction((result, cancellationToken) =>
        {
            var recipe = ClipPreset.Load(ModelsFolder.Preset(result.GetValue(preset)!));
            recipe = result.GetValue(minutes) is { } budget ? recipe with { Minutes = budget, Steps = null } : recipe;
            var gguf = result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel();
            return Task.FromResult(Run(recipe, result.GetValue(data)!.FullName, result.GetValue(output)!.FullName, gguf, cancellationToken));
        });
        return command;
    }

    private static int Run(ClipPreset preset, string data, string output, string gguf, CancellationToken cancellationToken)
    {
        using var file = GgufFile.Open(gguf);
        using var states = new LanguageModelTextStates(file, preset.Text.Layers, CpuPrecision.Fastest);
        using var validation = ClipValidator.Open(data, states, preset.ExcludedArtists);
        var batch = preset.Batch;
        var options = new ClipTrainerOptions(
            DefaultParts.Trunk(preset.Trunk), output,
            size => ClipBatchLoader.Open(data, new ClipLoaderOptions
            {
                Size = size,
                Icons = batch.Icons,
                Scenes = batch.Scenes,
                Photos = batch.Photographs,
                Extras = batch.Extras,
                ExcludedArtists = [.. preset.ExcludedArtists],
                Seed = preset.Seed,
            }, cancellationToken: cancellationToken));
        var log = new TrainingLog(output);
        var tower = new ClipTrainer(options, preset, states).Train(
            log.Write, (model, step) => log.Write(validation.Measure(model, step, cancellationToken)), cancellationToken);
        Console.WriteLine(cancellationToken.IsCancellationRequested
            ? $"Stopped; the same command goes on. The tower so far: {tower}"
            : $"Trained: {tower}");
        return cancellationToken.IsCancellationRequested ? 130 : 0;
    }
}
