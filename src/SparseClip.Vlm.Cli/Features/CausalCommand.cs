using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Model;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
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
        var output = new PathOption<FileInfo>("--out", PathKind.OutputFile) { Description = "Where to write the names (JSON lines); the same file resumes.", Required = true };
        var count = NumberOption.CreateOptional("--count", "How many features to ask about, in an order by chance. Default: all that pictures have.", 1);
        var seed = NumberOption.Create("--seed", "Chooses the order.", 0, 0, int.MaxValue);
        var command = new Command("causal", "Ask the language model what a grey picture shows in which one feature is set, feature by feature; the same command resumes.") { model, wordNet, output, count, seed };
        command.SetAction(async (result, cancellationToken) =>
        {
            var folder = ModelOption.Folder(result.GetValue(model));
            var nouns = WordNet.Load(result.GetValue(wordNet)!.FullName);
            var bundle = await ModelBundle.OpenAsync(folder, cancellationToken: cancellationToken);
            await using var loaded = await ModelOption.LoadAsync(result.GetValue(model), cancellationToken);
            var live = loaded.Features.All.Where(feature => feature.Maximum > 0).OrderBy(feature => StableHash.Fnv1a($"{result.GetValue(seed)} {feature.Id}")).ThenBy(feature => feature.Id).ToList();
            var asked = live.Take(result.GetValue(count) ?? live.Count).ToList();
            using var file = new CausalNameFile(result.GetValue(output)!.FullName, Recipe(bundle.Manifest));
            var namer = new CausalNamer(loaded, word => loaded.Concepts?.Find(word) is not null || nouns.NounOf(word) is not null);
            var progress = new CountLine("features", asked.Count);
            var names = file.Known.ToDictionary();
            foreach (var feature in asked.Where(feature => !file.Known.ContainsKey(feature.Id.Value)))
            {
                file.Add(feature.Id.Value, names[feature.Id.Value] = await namer.NameAsync(feature, cancellationToken));
                progress.Report(names.Count);
            }

            CountLine.End();
            var relations = new WordNetRelations(nouns);
            var beside = names.Select(name => CausalNamer.Beside(name.Value, loaded.Features.All[name.Key].Name, relations)).ToList();
            Console.WriteLine($"{beside.Count} features asked about: {beside.Count(name => name.Word is not null)} have a causal name, {beside.Count(name => name.Agrees)} of them agree with the name");
            return 0;
        });
        return command;
    }

    /// <summary>What the answers depend on. The names and figures of the features may change without the answers.</summary>
    private static string Recipe(ModelManifest manifest) => string.Join(' ', manifest.Parts
        .Where(part => part.Key is ModelParts.Tower or ModelParts.Adapter or ModelParts.LanguageModel or ModelParts.LanguageAdapter or ModelParts.Concepts)
        .OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => part.Value.Sha256[..16]));
}
