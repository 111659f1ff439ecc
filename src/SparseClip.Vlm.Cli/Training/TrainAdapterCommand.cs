using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Studies.Paper;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train adapter</c></summary>
internal static class TrainAdapterCommand
{
    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "A preset's name or file.", DefaultValueFactory = _ => "adapter-default" };
        var tower = new PathOption<string>("--tower", PathKind.Input) { Description = "The tower.safetensors, or the folder of the run that trained it.", Required = true };
        var languageModel = new PathOption<FileInfo?>("--language-model", PathKind.InputFile) { Description = "The GGUF to train for. Default: that of models/default." };
        var data = CommonPaths.Data();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The run's folder; the same one resumes.", Required = true };
        var minutes = NumberOption.CreateOptional("--minutes", "Training time, instead of the preset's.", 0.001, 1_000_000);
        var init = new PathOption<FileInfo?>("--init", PathKind.InputFile) { Description = "Start from a finished adapter.safetensors of the same shape, trained for a tower whose features mean much the same." };
        var device = DeviceOption.Create();
        var command = new Command("adapter", "Train the adapter from a tower's codes to a language model; the same command resumes.")
        {
            preset, tower, languageModel, data, output, minutes, init, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var recipe = AdapterPreset.Load(ModelsFolder.Preset(result.GetValue(preset)!));
            recipe = result.GetValue(minutes) is { } budget ? recipe with { Minutes = budget } : recipe;
            var gguf = result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel();
            return Task.FromResult(Run(
                recipe, result.GetValue(tower)!, gguf, result.GetValue(data)!.FullName, result.GetValue(output)!.FullName, result.GetValue(init)?.FullName, cancellationToken));
        });
        return command;
    }

    private static int Run(AdapterPreset preset, string tower, string gguf, string data, string output, string? init, CancellationToken cancellationToken)
    {
        preset.Validate();
        var log = new TrainingLog(output);
        log.Write("Opening the tower, the language model and the data.");
        using var parts = AdapterParts.Open(tower, gguf);
        using var index = ShardIndex.Open(data, cancellationToken);
        using var probe = AdapterProbe.Open(data, parts, preset.ExcludedArtists, new SubjectMatcher(Synonyms(data)));
        var names = ClassNames.Load(DefaultParts.ClassNames());
        var options = new AdapterTrainerOptions(
            output,
            () => AdapterBatchLoader.Open(data, preset.LoaderOptions(parts.Images.InputSize), cancellationToken: cancellationToken),
            labels => AdapterVocabulary.Make(labels, names, index, preset.Start.Words),
            init)
        {
            Inputs = RunInputs.Of(gguf, data, tower),
        };
        var adapter = new AdapterTrainer(options, preset, parts).Train(new AdapterWatch(log.Write, log.Write, probe, log.Write), cancellationToken);
        Console.WriteLine(cancellationToken.IsCancellationRequested
            ? $"Stopped; the same command goes on. The adapter so far: {adapter}"
            : $"Trained: {adapter}");
        return cancellationToken.IsCancellationRequested ? 130 : 0;
    }

    /// <summary>The words that share a label's most usual meaning, where the data folder has WordNet.</summary>
    private static Func<string, IEnumerable<string>> Synonyms(string data)
    {
        var folder = Path.Combine(data, "wordnet");
        if (!Directory.Exists(folder))
        {
            return _ => [];
        }

        var wordNet = WordNet.Load(folder);
        return label => wordNet.SynsetsOf(label).Take(1).SelectMany(synset => synset.Lemmas);
    }
}
