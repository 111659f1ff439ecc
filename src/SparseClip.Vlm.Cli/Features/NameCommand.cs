using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features name</c></summary>
internal static class NameCommand
{
    private const int BatchPictures = 32;

    public static Command Create()
    {
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };
        var data = CommonPaths.Data();
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the features (JSON lines).", Required = true };
        var language = CommonPaths.LanguageModel();
        var pictures = NumberOption.Create("--pictures", "How many training pictures to take the maxima from, spread over the data.", 8000, 1, 10_000_000);
        var command = new Command("name", "Name a tower's features by the words, and measure them by the pictures, that activate them most.") { tower, data, output, language, pictures };
        command.SetAction((result, cancellationToken) =>
        {
            using var opened = TrainedTower.Open(result.GetValue(tower)!.FullName, result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel());
            var folder = result.GetValue(data)!.FullName;
            var observed = Observe(opened.Model, folder, result.GetValue(pictures), cancellationToken);
            var namer = Name(opened.Texts, opened.Model.Config.Attributes, folder, cancellationToken);
            var records = namer.Name(observed);
            FeatureFile.Write(result.GetValue(output)!.FullName, records);
            Console.WriteLine(
                $"{records.Count} features by {namer.Words} words and {observed.Pictures} pictures: "
                + $"{records.Count(record => record.Feature.Maximum > 0)} live, {records.Count(record => record.Feature.TopWords.Count > 0)} named");
            return Task.FromResult(0);
        });
        return command;
    }

    private static ObservedActivations Observe(SparseClipModel model, string data, int count, CancellationToken cancellationToken)
    {
        var observed = new ObservedActivations(model.Config.Dimension);
        using var encoder = new SparseImageEncoder(model);
        using var set = LabelledSet.Open(data, count, picture => picture.Entry is { Split: "train", Kind: not "background" }, cancellationToken);
        var progress = new CountLine("pictures", set.Pictures.Count);
        foreach (var batch in new EvaluationLoader(set, encoder.InputSize).Batches(BatchPictures, cancellationToken))
        {
            observed.Add(encoder, batch.Pixels, batch.Count, cancellationToken);
            progress.Report(observed.Pictures);
        }

        CountLine.End();
        return observed;
    }

    private static FeatureNamer Name(SparseTextEncoder text, AttributeFeatures? attributes, string data, CancellationToken cancellationToken)
    {
        var namer = new FeatureNamer(text, attributes);
        var wordNet = WordNet.Load(Path.Combine(data, "wordnet"));
        var classes = DefaultParts.ClassNames();
        var words = NamingVocabulary.Words(CatalogueReader.Read(Path.Combine(data, "catalogue.jsonl")), wordNet, File.Exists(classes) ? ClassNames.Load(classes) : []).ToList();
        var progress = new CountLine("words", words.Count);
        namer.Add(words, progress, cancellationToken);
        CountLine.End();
        return namer;
    }
}
