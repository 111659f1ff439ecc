using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Studies.Paper;

namespace SparseClip.Vlm.Cli.Reports;

/// <summary><c>sparseclip report paper</c></summary>
internal static class PaperCommand
{
    public static Command Create()
    {
        var data = CommonPaths.Data();
        var output = new PathOption<DirectoryInfo>("--out", PathKind.OutputFolder) { Description = "Where to write index.html, the plots and results.json.", DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("docs", "paper")) };
        var budget = NumberOption.Create("--budget", "Minutes for everything; the steps of every run follow from it.", 120, 0.001, 100_000);
        var cache = new PathOption<DirectoryInfo>("--cache", PathKind.OutputFolder)
        {
            Description = "What is computed once and resumed: pooled pictures, states of texts, finished runs.",
            DefaultValueFactory = _ => new DirectoryInfo(Path.Combine("artifacts", "study-cache")),
        };
        var trunk = new PathOption<DirectoryInfo?>("--trunk", PathKind.InputFolder) { Description = $"The pretrained trunk. Default: models/{DefaultParts.TrunkName}." };
        var language = CommonPaths.LanguageModel();
        var seed = NumberOption.Create("--seed", "Of weights and batches.", 1, 0, int.MaxValue);
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
