using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features build</c></summary>
internal static class BuildFeaturesCommand
{
    private const int BatchLabels = 64;
    private const long Megabyte = 1_000_000;

    public static Command Create()
    {
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };
        var data = CommonPaths.Data();
        var features = new PathOption<FileInfo>("--features", PathKind.InputFile) { Description = "The features as words named them ('features name').", Required = true };
        var table = new PathOption<FileInfo?>("--concept-table", PathKind.InputFile) { Description = "The concept-table.jsonl of the tower, whose verified concepts get exemplars too." };
        var causal = new PathOption<FileInfo?>("--causal", PathKind.InputFile) { Description = "What the language model answered about features, as 'features causal' wrote it." };
        var codes = new PathOption<FileInfo?>("--codes", PathKind.OutputFile) { Description = "Where the codes of the pictures are kept; stays when it is given. Default: beside the features until they are done." };
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "The folder for features.jsonl and exemplars.bin.", Required = true };
        var language = CommonPaths.LanguageModel();
        var pictures = NumberOption.Create("--pictures", "How many training pictures to name, try and count by, spread over the data.", 24000, 2, 10_000_000);
        var megabytes = NumberOption.Create("--megabytes", "The most that all exemplars may take.", 20, 1, 1000);
        var command = new Command("build", "Try the names of features on pictures, count what pictures show of them, and collect small pictures that show them; the same command resumes.")
        {
            tower, data, features, table, causal, codes, output, language, pictures, megabytes,
        };
        command.SetAction((result, cancellationToken) =>
        {
            var folder = result.GetValue(output)!.FullName;
            var path = Path.Combine(folder, FeatureFiles.Features);
            var kept = result.GetValue(codes)?.FullName ?? path + ".codes";
            var records = FeatureFile.Read(result.GetValue(features)!.FullName);
            var (blind, causes) = result.GetValue(causal) is { } named ? CausalNameFile.Read(named.FullName) : ("", new Dictionary<int, string>());
            using var opened = TrainedTower.Open(result.GetValue(tower)!.FullName, result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel());
            var dimension = opened.Model.Config.Dimension;
            if (records.Count != dimension)
            {
                throw new FeatureFileException($"{result.GetValue(features)} has {records.Count} features, the tower {dimension}: they do not belong together. Make the file again with 'sparseclip features name'.");
            }

            var attributes = opened.Model.Config.Attributes;
            var concepts = result.GetValue(table) is { } file ? new ConceptTable(ConceptTableFile.Read(file.FullName, dimension), attributes) : null;
            using var set = TrainingPictures.Open(result.GetValue(data)!.FullName, result.GetValue(pictures), cancellationToken);
            using var encoder = new SparseImageEncoder(opened.Model);
            var recipe = TrainingPictures.Recipe(result.GetValue(tower)!.FullName, result.GetValue(data)!.FullName, result.GetValue(pictures));
            var encoded = TrainingPictures.Encode(encoder, set, kept, recipe, new CountLine("pictures", set.Pictures.Count), cancellationToken);
            CountLine.End();
            var words = NamingWords.Load(result.GetValue(data)!.FullName);
            var naming = new FeatureNaming(
                records, GivenNames.Of(records, attributes, words.Classes), attributes, words.Words, words.Truth, [.. encoded.Select(picture => picture.ToShown())]);
            var built = naming.Name(new CountLine("names", dimension), cancellationToken);
            CountLine.End();
            var texts = Encode(opened.Texts, [.. encoded.Select(picture => picture.Label).Distinct(StringComparer.Ordinal)], cancellationToken);
            var statistics = FeatureCounts.Of(dimension, encoded, texts, new CountLine("features counted", dimension), cancellationToken);
            CountLine.End();
            var exemplars = new ExemplarBuilder(set, encoded, new ExemplarOptions { MostBytes = result.GetValue(megabytes) * Megabyte })
                .Write(Path.Combine(folder, FeatureFiles.Exemplars), dimension, concepts, new CountLine("exemplars", encoded.Count), cancellationToken);
            CountLine.End();
            FeatureFile.Write(path, built.Select(record => record with
            {
                Feature = record.Feature with
                {
                    Statistics = statistics[record.Feature.Id.Value],
                    Causal = causes.TryGetValue(record.Feature.Id.Value, out var answer) ? CausalNamer.Beside(answer, blind, record.Feature.Name, word => words.WordNet.NounOf(word) is not null, words.Relations) : null,
                },
            }));
            if (result.GetValue(codes) is null)
            {
                File.Delete(kept);
            }

            Console.WriteLine(Summary([.. built.Select(record => record.Feature)], encoded.Count));
            Console.WriteLine($"{exemplars.Pictures} exemplars in {exemplars.Bytes / (double)Megabyte:F1} MB: {exemplars.Features} features and {exemplars.Concepts} concepts have some");
            return Task.FromResult(0);
        });
        return command;
    }

    private static string Summary(IReadOnlyList<Feature> features, int pictures)
    {
        int Count(NameStanding standing, Func<FeatureEvidence, bool>? which = null) => features.Count(feature => feature.Standing == standing && which?.Invoke(feature.Evidence!) != false);
        return $"{features.Count} features by {pictures} pictures: {Count(NameStanding.Verified)} verified "
            + $"({Count(NameStanding.Verified, evidence => evidence.Basis == NameBasis.Shown)} tell the pictures of their word, {Count(NameStanding.Verified, evidence => evidence.Basis == NameBasis.Active)} are explained by it), "
            + $"{Count(NameStanding.Given)} given, {Count(NameStanding.Unnamed)} unnamed";
    }

    private static Dictionary<string, SparseCode> Encode(SparseTextEncoder texts, string[] labels, CancellationToken cancellationToken)
    {
        var codes = new Dictionary<string, SparseCode>(StringComparer.Ordinal);
        var progress = new CountLine("labels", labels.Length);
        foreach (var batch in labels.Chunk(BatchLabels))
        {
            foreach (var (label, code) in batch.Zip(texts.EncodeConcepts(batch, cancellationToken)))
            {
                codes[label] = code;
            }

            progress.Report(codes.Count);
        }

        CountLine.End();
        return codes;
    }
}
