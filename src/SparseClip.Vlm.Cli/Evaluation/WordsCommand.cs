using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval words</c></summary>
internal static class WordsCommand
{
    /// <summary>The family whose labels, concrete or not, carry the words for choosing.</summary>
    private const string ChoosingFamily = "noto";

    public static Command Create()
    {
        var labels = new LabelOptions();
        var tower = new TowerOptions();
        var choosing = new Option<bool>("--choosing")
        {
            Description = $"Look up the words to choose by instead: those that labels of {ChoosingFamily} carry and none of the classes, among all labels of {ChoosingFamily}.",
        };
        var alone = new Option<bool>("--alone") { Description = "Go by the text tower alone, without the kindred words of models/default; so it is with --tower." };
        var command = tower.AddTo(labels.AddTo(new Command("words", "Look up words that were in no caption among the labels' text codes.") { choosing, alone }));
        command.SetAction((result, cancellationToken) =>
        {
            using var index = labels.Open(result, cancellationToken);
            CatalogueEntry[] entries = [.. index.Items.Select(item => item.Entry)];
            var names = ClassNames.Load(DefaultParts.ClassNames());
            var classes = labels.Classes(result, index);
            var words = UnseenWordEvaluator.Words(entries, classes, names);
            if (result.GetValue(choosing))
            {
                classes = LabelOptions.Labels(ChoosingFamily, index, isConcrete: false);
                words = UnseenWordEvaluator.Words(entries, classes, names).Where(word => !words.ContainsKey(word.Key)).ToDictionary(StringComparer.Ordinal);
            }

            var kindred = result.GetValue(alone) || tower.IsGiven(result.CommandResult) ? null : DefaultParts.Kindred();
            var how = kindred is null ? "by the text tower alone" : "with kindred words";
            return Task.FromResult(tower.Run(
                result,
                (_, texts) => UnseenWordEvaluator.Evaluate(texts, words, classes, cancellationToken),
                score => $"{how}, a label that carries the word is nearest for {score.Top1:P1}, among the five nearest for {score.Top5:P1}, of {score.Words} words and {score.Labels} labels",
                kindred));
        });
        return command;
    }
}
