using System.CommandLine;
using System.Globalization;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Evaluation;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Inference.Bundles;
using SparseClip.Vlm.Inference.Pipeline;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Cli.Concepts;

/// <summary><c>sparseclip concepts range</c></summary>
internal static class RangeCommand
{
    private const string Again = "Delete the file and make it again with 'sparseclip concepts range'.";

    /// <summary>How many pictures for choosing stand for all pictures in which a concept may be set.</summary>
    private const int Others = 16;

    public static Command Create()
    {
        var model = ModelOption.Create();
        var data = CommonPaths.Data();
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write what came of each concept (JSON lines); the same file resumes.", Required = true };
        var table = new PathOption<FileInfo?>("--into", PathKind.InputFile) { Description = "A concept-table.jsonl of the same tower, into which it is written too." };
        var count = NumberOption.CreateOptional("--count", "How many concepts to try, the most usual first. Default: all that are verified.", 1);
        var pictures = NumberOption.Create("--pictures", "In how many pictures each concept is set, and out of how many it is taken.", 1, 1, Others);
        var isAnew = new Option<bool>("--anew") { Description = "Try again what the model's own table has been told of before, as after a training of the language adapter." };
        var known = NumberOption.Create("--known", "The --pictures of 'concepts build': of these training pictures the half that only tries concepts is used.", 24000, 2, 10_000_000);
        var command = new Command("range", "Set each concept to rising levels and take it out, and ask what the pictures show: how far answers follow, and up to which level it is safe. The same command resumes.")
        {
            model, data, output, table, count, pictures, isAnew, known,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = result.GetValue(data)!.FullName;
            var bundle = await ModelBundle.OpenAsync(ModelOption.Folder(result.GetValue(model)), cancellationToken: cancellationToken);
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            var all = loaded.Concepts?.All ?? throw new UsageException("The model has no table of concepts; pack one with 'model pack --concept-table'.");
            Concept[] asked = [.. all.Where(concept => concept is { IsVerified: true, Usual: not null }).OrderByDescending(concept => concept.Prior).ThenBy(concept => concept.Word, StringComparer.Ordinal)];
            asked = [.. asked.Take(result.GetValue(count) ?? asked.Length)];
            if (asked.Length == 0)
            {
                throw new UsageException("No concept of the model has usual levels; make its table again with 'sparseclip concepts build'.");
            }

            using var chosen = LabelledSet.Open(folder, Others, picture => picture.Entry?.Serves(EvaluationPurpose.Choosing) == true, cancellationToken);
            var seen = await LookAsync(loaded, chosen, chosen.Pictures, cancellationToken);
            using var training = TrainingPictures.Open(folder, result.GetValue(known), cancellationToken);
            var showing = Showing(asked, all, training, folder, result.GetValue(pictures));
            var wordNet = WordNet.Load(Path.Combine(folder, "wordnet"));
            var evaluator = new SteeringRangeEvaluator(loaded, ModelEvaluation.Matcher(wordNet), seen, result.GetValue(pictures));
            var head = new Head(Recipe(bundle.Manifest, asked, result.GetValue(pictures)));
            using var file = new KeptLines<Head, Line>(result.GetValue(output)!.FullName, head, other => other == head, Again);
            var found = asked.Where(concept => concept.Steering is not null && !result.GetValue(isAnew)).ToDictionary(concept => concept.Word, concept => concept.Steering, StringComparer.Ordinal);
            foreach (var line in file.Known)
            {
                found[line.Word] = line.Steering;
            }

            var progress = new CountLine("concepts", asked.Length);
            foreach (var (number, concept) in asked.Index().Where(concept => !found.ContainsKey(concept.Item.Word)))
            {
                var tried = await evaluator.TryAsync(number, concept, await LookAsync(loaded, training, showing[number], cancellationToken), cancellationToken);
                file.Add(new Line(concept.Word, found[concept.Word] = tried));
                progress.Report(found.Count);
            }

            CountLine.End();
            if (result.GetValue(table) is { } into)
            {
                ConceptTableFile.Write(into.FullName, [.. ConceptTableFile.Read(into.FullName, bundle.Manifest.Dimension).Select(concept => concept with { Steering = found.GetValueOrDefault(concept.Word, concept.Steering) })]);
            }

            Console.WriteLine(Summary([.. found.Values.OfType<ConceptSteering>()]));
            return 0;
        });
        return command;
    }

    /// <summary>Of each concept some of the pictures that show it and had no part in finding it.</summary>
    private static List<LabelledPicture>[] Showing(Concept[] asked, IReadOnlyList<Concept> all, LabelledSet training, string data, int most)
    {
        CatalogueEntry[] catalogue = [.. CatalogueReader.Read(Path.Combine(data, "catalogue.jsonl"))];
        var truth = new ConceptTruth(
            [.. all.Select(concept => concept.Word)], catalogue.Select(entry => Noun.Normalize(entry.Label)), new WordNetRelations(WordNet.Load(Path.Combine(data, "wordnet"))));
        var places = all.Index().ToDictionary(concept => concept.Item.Word, concept => concept.Index, StringComparer.Ordinal);
        var byPlace = asked.Index().ToDictionary(concept => places[concept.Item.Word], concept => concept.Index);
        var showing = asked.Select(_ => new List<LabelledPicture>()).ToArray();
        foreach (var picture in TrainingPictures.Trying(training.Pictures))
        {
            foreach (var place in ShownPicture.Shows(picture, truth))
            {
                if (byPlace.TryGetValue(place, out var number) && showing[number].Count < most)
                {
                    showing[number].Add(picture);
                }
            }
        }

        return showing;
    }

    private static async Task<List<SeenPicture>> LookAsync(VisionLanguageModel model, LabelledSet set, IReadOnlyList<LabelledPicture> pictures, CancellationToken cancellationToken)
    {
        var seen = new List<SeenPicture>();
        foreach (var picture in pictures)
        {
            seen.Add((await model.LookAsync(new PictureFile(set.Read(picture)), cancellationToken)).Seen);
        }

        return seen;
    }

    private static string Summary(IReadOnlyList<ConceptSteering> tried)
    {
        var levels = ConceptSteering.TriedLevels.Select(level =>
        {
            LevelTrial[] trials = [.. tried.SelectMany(steering => steering.Levels).Where(trial => trial.Level == level)];
            double asked = Math.Max(1, trials.Sum(trial => trial.Asked));
            return FormattableString.Invariant($"{level:0.#} x: moved {trials.Sum(trial => trial.Moved) / asked:P1}, reached {trials.Sum(trial => trial.Reached) / asked:P1}, corrupted {trials.Sum(trial => trial.Corrupted) / asked:P1}");
        });
        return string.Create(
            CultureInfo.InvariantCulture,
            $"""
            {tried.Count} concepts: {tried.Count(steering => steering.Badge == SteeringBadge.Strong)} strong, {tried.Count(steering => steering.Badge == SteeringBadge.Weak)} weak, {tried.Count(steering => steering.Badge == SteeringBadge.None)} without effect
            taken out: gone {tried.Sum(steering => steering.Gone) / (double)Math.Max(1, tried.Sum(steering => steering.Shown)):P1} of {tried.Sum(steering => steering.Shown)} answers that named them
            {string.Join('\n', levels)}
            safe up to: {string.Join(", ", tried.GroupBy(steering => steering.SafeMaximum).OrderBy(same => same.Key).Select(same => $"{same.Key:0.#} x: {same.Count()}"))}
            """);
    }

    /// <summary>What the answers depend on.</summary>
    private static string Recipe(ModelManifest manifest, Concept[] asked, int pictures)
    {
        var levels = string.Join(' ', asked.Select(concept => FormattableString.Invariant($"{concept.Word} {concept.Usual!.Norm:0.###}")));
        return $"{manifest.AnswerRecipe()} {ContentHash.OfText(levels)} {pictures}";
    }

    private sealed record Head(string Recipe);

    private sealed record Line(string Word, ConceptSteering? Steering);
}
