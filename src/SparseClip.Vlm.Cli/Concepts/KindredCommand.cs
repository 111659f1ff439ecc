using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Bert;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Classes;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts kindred</c></summary>
internal static class KindredCommand
{
    public static Command Create()
    {
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };
        var data = CommonPaths.Data();
        var sentences = CommonPaths.Sentences();
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the words (safetensors).", Required = true };
        var language = CommonPaths.LanguageModel();
        var command = new Command("kindred", "Encode the words that captions had, by which words that they had not get their codes.") { tower, data, sentences, output, language };
        command.SetAction((result, cancellationToken) =>
        {
            using var opened = TrainedTower.Open(result.GetValue(tower)!.FullName, result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel());
            using var embedder = SentenceEmbedder.Open(result.GetValue(sentences)?.FullName ?? DefaultParts.Sentences());
            var folder = result.GetValue(data)!.FullName;
            CatalogueEntry[] catalogue = [.. CatalogueReader.Read(Path.Combine(folder, "catalogue.jsonl"))];
            var names = DefaultParts.ClassNames();
            var words = CaptionVocabulary.Words(catalogue, ClassVocabulary.Of(ClassNames.LoadAll(names), WordNet.Load(Path.Combine(folder, "wordnet")), catalogue).Names);
            var written = KindredWords.Write(
                result.GetValue(output)!.FullName, words, opened.Texts, opened.Model.Config.Attributes, embedder, new CountLine("words", words.Count), cancellationToken);
            CountLine.End();
            Console.WriteLine($"{written} words of {words.Count}");
            return Task.FromResult(0);
        });
        return command;
    }
}
