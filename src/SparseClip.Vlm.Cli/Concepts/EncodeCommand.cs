using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Classes;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts encode</c></summary>
internal static class EncodeCommand
{
    public static Command Create()
    {
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };
        var data = CommonPaths.Data();
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the concepts (JSON lines).", Required = true };
        var language = CommonPaths.LanguageModel();
        var command = new Command("encode", "Encode the labels of the training pictures and the trunk's class names, for answers that are grounded in words.") { tower, data, output, language };
        command.SetAction((result, cancellationToken) =>
        {
            using var opened = TrainedTower.Open(result.GetValue(tower)!.FullName, result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel());
            var folder = result.GetValue(data)!.FullName;
            CatalogueEntry[] catalogue = [.. CatalogueReader.Read(Path.Combine(folder, "catalogue.jsonl"))];
            var classes = DefaultParts.ClassNames();
            var words = ConceptEncoder.Words(
                catalogue, File.Exists(classes) ? ClassVocabulary.Of(ClassNames.LoadAll(classes), WordNet.Load(Path.Combine(folder, "wordnet")), catalogue).Spoken : []);
            var progress = new CountLine("words", words.Count);
            var written = 0;
            ConceptFile.Write(result.GetValue(output)!.FullName, ConceptEncoder.Encode(opened.Texts, words, opened.Model.Config.Attributes, progress, cancellationToken).Select(concept =>
            {
                written++;
                return concept;
            }));
            CountLine.End();
            Console.WriteLine($"{written} concepts of {words.Count} words");
            return Task.FromResult(0);
        });
        return command;
    }
}
