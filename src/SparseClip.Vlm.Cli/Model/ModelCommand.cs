using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Bundles;

namespace SparseClip.Vlm.Cli.Model;

/// <summary><c>sparseclip model</c>: build, pack and show bundles, import models of others.</summary>
internal static class ModelCommand
{
    /// <param name="commands">Makes all commands, for those that run others.</param>
    public static Command Create(Func<RootCommand> commands) => new("model", "Build, pack and show model bundles; import models of others.") { BuildCommand.Create(commands), Pack(), Show(), ImportClipCommand.Create(), ImportSentencesCommand.Create(), QuantizeCommand.Create() };

    private static Command Pack()
    {
        var tower = Part("--tower", "The tower's weights (safetensors).");
        var adapter = Part("--adapter", "The adapter's weights (safetensors).");
        var language = Part("--language-model", "The language model (GGUF).");
        var features = Part("--features", "The features (JSON lines), as 'features name' writes them.");
        var concepts = new PathOption<FileInfo?>("--concepts", PathKind.InputFile)
        {
            Description = "Words with their codes (JSON lines), as 'concepts encode' writes them. Without them answers are not grounded in words.",
        };
        var table = new PathOption<FileInfo?>("--concept-table", PathKind.InputFile)
        {
            Description = "Concepts with the features that carry them (JSON lines), as 'concepts build' writes them. Without them features alone are listed.",
        };
        var kindred = new PathOption<FileInfo?>("--kindred-words", PathKind.InputFile)
        {
            Description = "The words that captions had, with their codes (safetensors), as 'concepts kindred' writes them. Without them every word has the text tower's own code.",
        };
        var sentences = CommonPaths.Sentences();
        var exemplars = new PathOption<FileInfo?>("--exemplars", PathKind.InputFile)
        {
            Description = "Small pictures that show features and concepts, as 'features build' writes them. Without them none are shown.",
        };
        var languageAdapter = new PathOption<FileInfo?>("--language-adapter", PathKind.InputFile)
        {
            Description = "A LoRA adapter of the language model (GGUF), for dialogues about a picture. Without it the language model is used as it is.",
        };
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The bundle's folder.", Required = true };
        var name = new Option<string?>("--name") { Description = "The model's name. Default: the folder's." };
        var answersAs = new Option<string?>("--answers-as")
        {
            Description = $"The type of weights that the language model answers in ({string.Join(", ", WeightTypes.All)}), made at each start. Default: that of its file, which the text tower reads in any case.",
        };
        answersAs.AcceptOnlyFromAmong([.. WeightTypes.All]);
        var description = new Option<string>("--description") { Description = "One line about the model.", DefaultValueFactory = _ => "A sparse CLIP tower, an adapter and a language model." };
        var command = new Command("pack", "Put the parts of a model into a folder and write its manifest.") { tower, adapter, language, languageAdapter, features, concepts, table, kindred, sentences, exemplars, output, answersAs, name, description };
        command.SetAction(async (result, cancellationToken) =>
        {
            var parts = new Dictionary<string, string>
            {
                [ModelParts.Tower] = result.GetValue(tower)!.FullName,
                [ModelParts.Adapter] = result.GetValue(adapter)!.FullName,
                [ModelParts.LanguageModel] = result.GetValue(language)!.FullName,
                [ModelParts.Features] = result.GetValue(features)!.FullName,
            };
            foreach (var role in (string[])[ModelParts.Tower, ModelParts.Adapter])
            {
                using var weights = SafetensorsFile.Open(parts[role]);
                weights.RequireFinite();
            }

            var folder = result.GetValue(output)!;
            var dimension = FeatureFile.Read(parts[ModelParts.Features]).Count;
            if (result.GetValue(concepts) is { } words)
            {
                _ = ConceptFile.Read(words.FullName, dimension);
                parts[ModelParts.Concepts] = words.FullName;
            }

            if (result.GetValue(table) is { } carried)
            {
                _ = ConceptTableFile.Read(carried.FullName, dimension);
                parts[ModelParts.ConceptTable] = carried.FullName;
            }

            if (result.GetValue(kindred) is { } known)
            {
                var files = new KindredWordFiles(known.FullName, result.GetValue(sentences)?.FullName ?? DefaultParts.Sentences());
                using var opened = TrainedTower.Open(parts[ModelParts.Tower], parts[ModelParts.LanguageModel], files);
                (parts[ModelParts.KindredWords], parts[ModelParts.Sentences]) = (files.Words, files.Sentences);
            }
            else if (result.GetValue(sentences) is not null)
            {
                throw new UsageException("--sentences serves --kindred-words, which are not given: give both or neither.");
            }

            if (result.GetValue(exemplars) is { } small)
            {
                ExemplarFile.Open(small.FullName, dimension).Dispose();
                parts[ModelParts.Exemplars] = small.FullName;
            }

            if (result.GetValue(languageAdapter) is { } lora)
            {
                LoraCheck.Check(lora.FullName, parts[ModelParts.LanguageModel]);
                parts[ModelParts.LanguageAdapter] = lora.FullName;
            }

            var manifest = await BundlePacker.PackAsync(
                folder.FullName, result.GetValue(name) ?? folder.Name, result.GetValue(description)!, dimension, parts, result.GetValue(answersAs), cancellationToken);
            Console.WriteLine(manifest.ToJson());
            return 0;
        });
        return command;
    }

    private static Command Show()
    {
        var folder = new PathArgument<DirectoryInfo?>("folder", PathKind.InputFolder) { Description = "The bundle's folder. Default: models/default.", DefaultValueFactory = _ => null };
        var command = new Command("show", "Verify every file of a bundle and print its manifest.") { folder };
        command.SetAction(async (result, cancellationToken) =>
        {
            var bundle = await ModelBundle.OpenAsync(ModelOption.Folder(result.GetValue(folder)), cancellationToken: cancellationToken);
            Console.WriteLine(bundle.Manifest.ToJson());
            return 0;
        });
        return command;
    }

    private static Option<FileInfo> Part(string name, string description) => new PathOption<FileInfo>(name, PathKind.InputFile) { Description = description, Required = true };
}
