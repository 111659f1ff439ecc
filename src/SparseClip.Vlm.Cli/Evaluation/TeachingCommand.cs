using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval teaching</c></summary>
internal static class TeachingCommand
{
    private const int BatchPictures = 32;
    private const int KindsShown = 12;
    private static readonly int[] s_shots = [1, 2, 5];

    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var data = CommonPaths.Data();
        var features = new PathOption<FileInfo?>("--features", PathKind.InputFile) { Description = "The features.jsonl of the tower. Default: that of models/default." };
        var untrained = new Option<bool>("--untrained") { Description = "Only pictures whose label no training picture of the data folder has, nor another word for it." };
        var draws = NumberOption.Create("--draws", "How often pictures are drawn to teach a kind with.", 20, 1, 1000);
        var command = tower.AddTo(pictures.AddTo(new Command("teaching", "Teach kinds of things with one picture, two and five, and find them among the other pictures.") { data, features, untrained, draws }));
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            var folder = result.GetValue(data)!.FullName;
            var relations = WordNetRelations.TryOpen(folder);
            var left = result.GetValue(untrained) ? Trained(folder, relations) : [];
            return Task.FromResult(tower.Run(
                result,
                (model, texts) =>
                {
                    var records = FeatureFile.Read(result.GetValue(features)?.FullName ?? DefaultParts.Features());
                    using var encoder = new SparseImageEncoder(model);
                    var seen = Encode(encoder, set, left, cancellationToken);
                    var kinds = TeachingKinds.Of([.. seen.Select(picture => picture.Label)], relations);
                    if (kinds.Count == 0)
                    {
                        throw new UsageException($"--set: no kind of thing has {TeachingKinds.FewestPictures} pictures among the {seen.Count} of the set; give more pictures.");
                    }

                    var means = records.Select(record => record.WordMean).ToArray();
                    var evaluator = new TeachingEvaluator([.. seen.Select(picture => picture.Code)], kinds, word => Meaning(texts, word, means), [.. records.Select(record => record.Feature)], encoder.Attributes);
                    return evaluator.Evaluate(s_shots, result.GetValue(draws), new CountLine("kinds", kinds.Count), cancellationToken);
                },
                Text));
        });
        return command;
    }

    private static string Text(TeachingScore score) => string.Join(
        Environment.NewLine,
        [
            .. score.Shots.Select(shots => FormattableString.Invariant(
                $"{shots.Taught} picture{(shots.Taught == 1 ? "" : "s")}: area {shots.Area:F3}, without a word {shots.AreaNameless:F3}; more likely than not {shots.Found:P1} of the kind, {shots.FalselyFound:P2} of others; lowest '{shots.LowestKind}' {shots.Lowest:F3}")),
            FormattableString.Invariant($"the word alone {score.Text:F3}, random features {score.Random:F3}; {score.Kinds.Count} kinds among {score.Pictures} pictures ({string.Join(", ", score.Kinds.Take(KindsShown))}{(score.Kinds.Count > KindsShown ? ", ..." : "")})"),
        ]);

    private static SparseCode? Meaning(ITextEncoder texts, string word, float[] means)
    {
        Carrier[] carriers = [.. Carriers.OfWord(texts.EncodeConcepts([word])[0], means).OrderBy(carrier => carrier.Feature)];
        return carriers.Length == 0 ? null : SparseCode.FromSorted(means.Length, [.. carriers.Select(carrier => carrier.Feature)], [.. carriers.Select(carrier => carrier.Score)]);
    }

    private static List<(string Label, SparseCode Code)> Encode(SparseImageEncoder encoder, LabelledSet set, HashSet<string> left, CancellationToken cancellationToken)
    {
        var seen = new List<(string, SparseCode)>(set.Pictures.Count);
        var progress = new CountLine("pictures", set.Pictures.Count);
        foreach (var batch in new EvaluationLoader(set, encoder.InputSize).Batches(BatchPictures, cancellationToken))
        {
            seen.AddRange(batch.Pictures.Zip(encoder.EncodePooled(batch.Pixels, batch.Count)).Where(pair => !left.Contains(Noun.Normalize(pair.First.Label))).Select(pair => (pair.First.Label, pair.Second)));
            progress.Report(seen.Count);
        }

        CountLine.End();
        return seen;
    }

    /// <summary>What training pictures are labelled with, and other words for it.</summary>
    private static HashSet<string> Trained(string folder, WordNetRelations? relations)
    {
        var labels = CatalogueReader.Read(Path.Combine(folder, "catalogue.jsonl")).Where(entry => entry.Split == "train").Select(entry => Noun.Normalize(entry.Label)).ToHashSet(StringComparer.Ordinal);
        return [.. labels, .. labels.SelectMany(label => relations?.SynonymsOf(label) ?? [])];
    }
}
