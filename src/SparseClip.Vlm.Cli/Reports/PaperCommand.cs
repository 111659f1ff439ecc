using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Studies.Paper;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary><c>sparseclip report paper</c></summary>
internal static class PaperCommand
{
    public static Command Create()
    {
        var data = new Option<DirectoryInfo>("--data") { Description = "The folder that 'data build' wrote.", Required = true };
        var output = new Option<DirectoryInfo>("--out") { Description = "Where to write index.html, the plots and results.json.", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("docs", "paper")) };
        var budget = NumberOption.Create("--budget", "Minutes for everything; the steps of every run follow from it.", 120, 0.001, 100_000);
        var cache = new Option<DirectoryInfo>("--cache")
        {
            Description = "What is computed once and resumed: pooled pictures, states of texts, finished runs.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "study-cache")),
        };
        var trunk = new Option<DirectoryInfo?>("--trunk") { Description = $"The pretrained trunk. Default: models/{DefaultParts.TrunkName}." };
        var language = new Option<FileInfo?>("--language-model") { Description = "The GGUF whose first layers read text. Default: that of models/default." };
        var seed = new Option<int>("--seed") { Description = "Of weights and batches.", DefaultValueFactory = _ => 1 };
        var command = new Command("paper", "Run the studies of the Sparse CLIP paper in small; the same command resumes.") { data, output, budget, cache, trunk, language, seed };
        command.SetAction((result, cancellationToken) =>
        {
            var folder = result.GetValue(data)!;
            var options = new StudyOptions(
                folder.FullName,
                result.GetValue(trunk)?.FullName ?? DefaultParts.Trunk(),
                result.GetValue(language)?.FullName ?? DefaultParts.LanguageModel(),
                result.GetValue(cache)!.FullName,
                result.GetValue(output)!.FullName,
                result.GetValue(budget),
                result.GetValue(seed),
                $"sparseclip report paper --data DIR --budget {result.GetValue(budget)} --seed {result.GetValue(seed)}");
            var line = new StudyLine();
            var page = new PaperStudy(options, new StudyPreset(), line.Report).Run(cancellationToken);
            StudyLine.End();
            Console.WriteLine(page);
            return Task.FromResult(0);
        });
        return command;
    }
}
