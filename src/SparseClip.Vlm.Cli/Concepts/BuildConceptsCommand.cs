using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Naming;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts build</c></summary>
internal static class BuildConceptsCommand
{
    public static Command Create()
    {
        var tower = new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };
        var data = CommonPaths.Data();
        var spoken = new PathOption<FileInfo>("--concepts", PathKind.InputFile) { Description = "The concepts.jsonl of the tower, whose words become concepts among others.", Required = true };
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the table (JSON lines).", Required = true };
        var language = CommonPaths.LanguageModel();
        var pictures = NumberOption.Create("--pictures", "How many training pictures to find and try concepts by, spread over the data.", 24000, 2, 10_000_000);
        var command = new Command("build", "Find the features that carry each word and try them on pictures that had no part in it; the same command resumes.") { tower, data, spoken, output, language, pictures };
        command.SetAction((result, cancellationToken) =>
        {
            using var opened = TrainedTower.Open(result.GetValue(tower)!.FullName, result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel());
            var folder = result.GetValue(data)!.FullName;
            var path = result.GetValue(output)!.FullName;
            var shown = Encode(opened, result.GetValue(tower)!.FullName, folder, result.GetValue(pictures), path + ".codes", cancellationToken);
            var wordNet = WordNet.Load(Path.Combine(folder, "wordnet"));
            CatalogueEntry[] catalogue = [.. CatalogueReader.Read(Path.Combine(folder, "catalogue.jsonl"))];
            var relations = new WordNetRelations(wordNet);
            var words = Words(opened, ConceptFile.Read(result.GetValue(spoken)!.FullName, opened.Model.Config.Dimension), catalogue, wordNet, relations, folder, cancellationToken);
            var truth = new ConceptTruth([.. words.Select(word => word.Word)], catalogue.Select(entry => Noun.Normalize(entry.Label)), relations);
            var builder = new ConceptBuilder(words, shown, truth, opened.Model.Config.Attributes);
            var (all, verified, tried) = (0, 0, 0);
            ConceptTableFile.Write(path, builder.Build(new CountLine("concepts", words.Count), cancellationToken).Select(concept =>
            {
                all++;
                tried += concept.Evidence is null ? 0 : 1;
                verified += concept.IsVerified ? 1 : 0;
                return concept;
            }));
            CountLine.End();
            File.Delete(path + ".codes");
            Console.WriteLine($"{all} concepts by {shown.Count} pictures: {tried} tried on pictures, {verified} of them verified");
            return Task.FromResult(0);
        });
        return command;
    }

    private static List<ShownPicture> Encode(TrainedTower tower, string path, string data, int count, string kept, CancellationToken cancellationToken)
    {
        using var encoder = new SparseImageEncoder(tower.Model);
        using var set = TrainingPictures.Open(data, count, cancellationToken);
        var encoded = TrainingPictures.Encode(encoder, set, kept, TrainingPictures.Recipe(path, data, count), new CountLine("pictures", set.Pictures.Count), cancellationToken);
        CountLine.End();
        return [.. encoded.Select(picture => picture.ToShown())];
    }

    private static List<ConceptWord> Words(
        TrainedTower tower, IReadOnlyList<ConceptCode> spoken, CatalogueEntry[] catalogue, WordNet wordNet, WordNetRelations relations, string data, CancellationToken cancellationToken)
    {
        var file = DefaultParts.ClassNames();
        var classes = File.Exists(file) ? ClassNames.Load(file).Select(Noun.Normalize).ToHashSet(StringComparer.Ordinal) : [];
        var vocabulary = ConceptVocabulary.Words([.. spoken.Select(concept => concept.Word)], classes, catalogue, wordNet, KnownWords.Load(Path.Combine(data, "wordnet"), []));
        var codes = spoken.ToDictionary(concept => concept.Word, concept => concept.Code, StringComparer.Ordinal);
        WeightedWord[] missing = [.. vocabulary.Where(entry => !codes.ContainsKey(entry.Word)).Select(entry => new WeightedWord(entry.Word, 1))];
        foreach (var concept in ConceptEncoder.Encode(tower.Texts, missing, tower.Model.Config.Attributes, new CountLine("words", missing.Length), cancellationToken))
        {
            codes[concept.Word] = concept.Code;
        }

        CountLine.End();
        var meant = vocabulary.SelectMany(entry => entry.Synonyms.Append(entry.Word).Select(name => (Name: name, entry.Word))).GroupBy(entry => entry.Name, StringComparer.Ordinal)
            .ToDictionary(same => same.Key, same => same.First().Word, StringComparer.Ordinal);
        return [.. vocabulary.Where(entry => codes.ContainsKey(entry.Word)).Select(entry => new ConceptWord(
            entry.Word, codes[entry.Word], entry.Synonyms,
            [.. relations.WiderThan(entry.Word).Where(meant.ContainsKey).Select(wider => meant[wider]).Where(wider => wider != entry.Word).Distinct(StringComparer.Ordinal)]))];
    }
}
