using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Language;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Training;

/// <summary><c>sparseclip train language</c></summary>
internal static class TrainLanguageCommand
{
    public static Command Create()
    {
        var preset = new Option<string>("--preset") { Description = "A preset's name or file.", DefaultValueFactory = _ => "language-default" };
        var tower = new PathOption<string>("--tower", PathKind.Input) { Description = "The tower.safetensors, or the folder of the run that trained it.", Required = true };
        var adapter = new PathOption<FileInfo>("--adapter", PathKind.InputFile) { Description = "The adapter.safetensors between the tower and the language model.", Required = true };
        var concepts = new PathOption<FileInfo>("--concepts", PathKind.InputFile) { Description = "The tower's concepts.jsonl.", Required = true };
        var languageModel = new PathOption<FileInfo?>("--language-model", PathKind.InputFile) { Description = "The GGUF to train for. Default: that of models/default." };
        var data = CommonPaths.Data();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The run's folder; the same one resumes.", Required = true };
        var minutes = NumberOption.CreateOptional("--minutes", "Training time, instead of the preset's.", 0.001, 1_000_000);
        var steps = NumberOption.CreateOptional("--steps", "Steps, instead of a time.", 1L);
        var init = new PathOption<FileInfo?>("--init", PathKind.InputFile) { Description = "Start from a finished language-adapter.gguf of the same shape." };
        var device = DeviceOption.Create();
        var command = new Command("language", "Train the language adapter, by which the language model answers from the words and embeddings of a picture; the same command resumes.")
        {
            preset, tower, adapter, concepts, languageModel, data, output, minutes, steps, init, device,
        };
        command.SetAction((result, cancellationToken) =>
        {
            ComputeDevice.Use(result.GetValue(device)!);
            var recipe = LanguagePreset.Load(ModelsFolder.Preset(result.GetValue(preset)!));
            recipe = result.GetValue(minutes) is { } budget ? recipe with { Minutes = budget } : recipe;
            recipe = result.GetValue(steps) is { } count ? recipe with { Steps = count } : recipe;
            var files = new Files(
                result.GetValue(tower)!, result.GetValue(adapter)!.FullName, result.GetValue(concepts)!.FullName, result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel(),
                result.GetValue(data)!.FullName);
            return Task.FromResult(Run(recipe, files, result.GetValue(output)!.FullName, result.GetValue(init)?.FullName, cancellationToken));
        });
        return command;
    }

    private static int Run(LanguagePreset preset, Files files, string output, string? init, CancellationToken cancellationToken)
    {
        preset.Validate();
        var log = new TrainingLog(output);
        log.Write("Opening the tower, the adapter, the language model and the data.");
        using var parts = LanguageParts.Open(files.Tower, files.LanguageModel, files.Adapter, files.Concepts);
        using var index = ShardIndex.Open(files.Data, cancellationToken);
        var folder = Path.Combine(files.Data, "wordnet");
        var wordNet = Directory.Exists(folder) ? WordNet.Load(folder) : null;
        var relations = wordNet is null ? null : new WordNetRelations(wordNet);
        var nouns = LanguageVocabulary.Nouns([.. index.Items.Select(item => item.Entry)], wordNet, [.. parts.Concepts.Select(concept => concept.Word)], preset.Samples.Nouns);
        var matcher = new SubjectMatcher(label => wordNet?.SynsetsOf(label).FirstOrDefault(wordNet.IsPhysical)?.Lemmas ?? []);
        var probe = LanguageProbe.Open(files.Data, index, parts, preset.ExcludedArtists, matcher, relations);
        var options = new LanguageTrainerOptions(
            output,
            () => AdapterBatchLoader.Open(files.Data, preset.LoaderOptions(parts.Parts.Images.InputSize), relations, cancellationToken),
            nouns,
            relations,
            init)
        {
            Inputs = new Dictionary<string, string>(RunInputs.Of(files.LanguageModel, files.Data, files.Tower))
            {
                ["adapter"] = ContentHash.Of(files.Adapter), ["concepts"] = ContentHash.Of(files.Concepts),
            },
        };
        var trained = new LanguageTrainer(options, preset, parts).Train(new LanguageWatch(log.Write, log.Write, probe, log.Write), cancellationToken);
        Console.WriteLine(cancellationToken.IsCancellationRequested
            ? $"Stopped; the same command goes on. The language adapter so far: {trained}"
            : $"Trained: {trained}");
        return cancellationToken.IsCancellationRequested ? 130 : 0;
    }

    /// <summary>What is read.</summary>
    private sealed record Files(string Tower, string Adapter, string Concepts, string LanguageModel, string Data);
}
