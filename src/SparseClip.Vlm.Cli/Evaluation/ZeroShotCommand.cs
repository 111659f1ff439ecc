using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Training.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval zero-shot</c></summary>
internal static class ZeroShotCommand
{
    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var command = tower.AddTo(pictures.AddTo(new Command("zero-shot", "Classify pictures by their labels' text codes.")));
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            var progress = new CountLine("pictures", set.Pictures.Count);
            return Task.FromResult(tower.Run(
                result,
                (model, texts) => ZeroShotEvaluator.Evaluate(model, texts, set, progress.Report, cancellationToken),
                score => $"top-1 {score.Top1:P1}, top-5 {score.Top5:P1} among {score.Labels} labels over {score.Pictures} pictures; L0 {score.L0:P2}, features ever active {score.ActiveFeatures:P1}"));
        });
        return command;
    }
}
