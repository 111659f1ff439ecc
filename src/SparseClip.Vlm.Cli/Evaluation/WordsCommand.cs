using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval words</c></summary>
internal static class WordsCommand
{
    public static Command Create()
    {
        var labels = new LabelOptions();
        var tower = new TowerOptions();
        var command = tower.AddTo(labels.AddTo(new Command("words", "Look up words that were in no caption among the labels' text codes.")));
        command.SetAction((result, cancellationToken) =>
        {
            using var index = labels.Open(result, cancellationToken);
            var classes = labels.Classes(result, index);
            var names = ClassNames.Load(DefaultParts.ClassNames());
            return Task.FromResult(tower.Run(
                result,
                (_, texts) => UnseenWordEvaluator.Evaluate(texts, [.. index.Items.Select(item => item.Entry)], classes, names, cancellationToken),
                score => $"a label that carries the word is nearest for {score.Top1:P1}, among the five nearest for {score.Top5:P1}, of {score.Words} words and {score.Labels} labels"));
        });
        return command;
    }
}
