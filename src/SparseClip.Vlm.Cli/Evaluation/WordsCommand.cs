using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Data.Shards;
using SparseClip.Vlm.Training.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval words</c></summary>
internal static class WordsCommand
{
    public static Command Create()
    {
        var data = DataOption.Create();
        var labels = DataOption.Labels();
        var tower = new TowerOptions();
        var command = tower.AddTo(new Command("words", "Look up words that were in no caption among the labels' text codes.") { data, labels });
        command.SetAction((result, cancellationToken) =>
        {
            using var index = ShardIndex.Open(result.GetValue(data)!.FullName, cancellationToken);
            var classes = DataOption.ConcreteLabels(index, result.GetValue(labels)!);
            var names = ClassNames.Load(Path.Combine(ModelsFolder.Find(), "pretrained", "efficientnet-lite0", "imagenet-classes.json"));
            return Task.FromResult(tower.Run(
                result,
                (_, texts) => UnseenWordEvaluator.Evaluate(texts, [.. index.Items.Select(item => item.Entry)], classes, names, cancellationToken),
                score => $"a label that carries the word is nearest for {score.Top1:P1}, among the five nearest for {score.Top5:P1}, of {score.Words} words and {score.Labels} labels"));
        });
        return command;
    }
}
