using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Cli.Features;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval names</c></summary>
internal static class FeatureNamesCommand
{
    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var data = CommonPaths.Data();
        var features = new PathOption<FileInfo?>("--features", PathKind.InputFile) { Description = "The features.jsonl of the tower. Default: that of models/default." };
        var command = tower.AddTo(pictures.AddTo(new Command("names", "Tell of which features that are active on pictures the names are verified, and whether they hold there.") { data, features }));
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            var words = NamingWords.Load(result.GetValue(data)!.FullName);
            var progress = new CountLine("pictures", set.Pictures.Count);
            return Task.FromResult(tower.Run(
                result,
                (model, _) =>
                {
                    using var encoder = new SparseImageEncoder(model);
                    var path = result.GetValue(features)?.FullName ?? Path.Combine(DefaultParts.Bundle(), FeatureFiles.Features);
                    Feature[] all = [.. FeatureFile.Read(path).Select(record => record.Feature)];
                    if (all.Length != encoder.Dimension)
                    {
                        throw new FeatureFileException($"{path} has {all.Length} features, the tower {encoder.Dimension}: they do not belong together.");
                    }

                    var check = new NameCheck(all, encoder.Attributes, words.Truth, words.Words);
                    return new FeatureNameEvaluator(all, check.IsTrue, check.Area).Evaluate(encoder, set, progress.Report, cancellationToken);
                },
                Text));
        });
        return command;
    }

    private static string Text(FeatureNameScore score) => string.Join(Environment.NewLine,
    [
        $"active features of {score.Pictures} pictures: {Text(score.Active)}",
        $"the strongest of each, as listed: {Text(score.Listed)}",
        $"each feature once: {Text(score.Features)}",
        FormattableString.Invariant($"verified words of listed features: {score.True:P1} true of the picture by its label and tags ({score.Told} told); {score.Confirmed:P1} of {score.Tried} features have an area of {PictureTrial.LeastAuroc} here too"),
    ]);

    private static string Text(NameShares shares) =>
        FormattableString.Invariant($"{shares.Verified:P1} verified, {shares.Given:P1} given, {shares.Unnamed:P1} unnamed, {shares.Untried:P1} untried (of {shares.Count})");
}
