using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Inference.Bundles;

namespace SparseClip.Vlm.Cli.Features;

/// <summary><c>sparseclip features causal</c></summary>
internal static class CausalCommand
{
    public static Command Create()
    {
        var model = ModelOption.Create();
        var wordNet = new PathOption<DirectoryInfo>("--wordnet", PathKind.InputFolder) { Description = "The folder of WordNet's data.noun and index.noun, such as wordnet/ of a data folder.", Required = true };
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the answers (JSON lines); the same file resumes.", Required = true };
        var features = new PathOption<FileInfo?>("--into", PathKind.InputFile) { Description = "A features.jsonl of the same tower, into which the names are written too." };
        var count = NumberOption.CreateOptional("--count", "How many features to ask about, in an order by chance. Default: all that pictures have.", 1);
        var seed = NumberOption.Create("--seed", "Chooses the order.", 0, 0, int.MaxValue);
        var command = new Command("causal", "Ask the language model what a grey picture shows in which one feature is set, feature by feature; the same command resumes.") { model, wordNet, output, features, count, seed };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = ModelOption.Folder(result.GetValue(model));
            var nouns = WordNet.Load(result.GetValue(wordNet)!.FullName);
            var bundle = await ModelBundle.OpenAsync(folder, cancellationToken: cancellationToken);
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            Feature[] live = [.. loaded.Features.All.Where(feature => feature.Maximum > 0)];
            new Random(result.GetValue(seed)).Shuffle(live);
            Feature[] asked = [.. live.Take(result.GetValue(count) ?? live.Length)];
            var namer = new CausalNamer(loaded);
            var blind = await namer.AskBlindAsync(cancellationToken);
            using var file = new CausalNameFile(result.GetValue(output)!.FullName, bundle.Manifest.AnswerRecipe(), blind);
            var progress = new CountLine("features", asked.Length);
            var answers = file.Known.ToDictionary();
            foreach (var feature in asked.Where(feature => !file.Known.ContainsKey(feature.Id.Value)))
            {
                file.Add(feature.Id.Value, answers[feature.Id.Value] = await namer.AskAsync(feature, cancellationToken));
                progress.Report(answers.Count);
            }

            CountLine.End();
            var relations = new WordNetRelations(nouns);
            CausalName Beside(string answer, Feature feature) => CausalNamer.Beside(answer, blind, feature.Name, word => nouns.NounOf(word) is not null, relations);
            if (result.GetValue(features) is { } into)
            {
                Put(into.FullName, loaded.Features.All.Count, feature => answers.TryGetValue(feature.Id.Value, out var answer) ? Beside(answer, feature) : null);
            }

            var beside = answers.Select(answer => (Feature: loaded.Features.All[answer.Key], Name: Beside(answer.Value, loaded.Features.All[answer.Key]))).ToList();
            var verified = beside.Where(entry => entry.Feature.Standing == NameStanding.Verified).ToList();
            Console.WriteLine(
                $"{beside.Count} features asked about: {beside.Count(entry => entry.Name.Word is not null)} have a causal name, which agrees with the name of {beside.Count(entry => entry.Name.Agrees)}; of {verified.Count} verified ones with {verified.Count(entry => entry.Name.Agrees)}");
            return 0;
        });
        return command;
    }

    private static void Put(string path, int dimension, Func<Feature, CausalName?> name)
    {
        var records = FeatureFile.Read(path);
        if (records.Count != dimension)
        {
            throw new FeatureFileException($"{path} has {records.Count} features, the model {dimension}: they do not belong together. Nothing was written into it.");
        }

        FeatureFile.Write(path, records.Select(record => record with { Feature = record.Feature with { Causal = name(record.Feature) } }));
    }
}
