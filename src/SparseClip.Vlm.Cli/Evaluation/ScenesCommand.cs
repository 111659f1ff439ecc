using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval scenes</c></summary>
internal static class ScenesCommand
{
    public static Command Create()
    {
        var labels = new LabelOptions();
        var source = new Option<string?>("--source") { Description = "The icon family of the things, such as openmoji. Default: the families that are trained on." };
        var count = NumberOption.Create("--scenes", "How many scenes.", 300, 1, 100_000);
        var table = new PathOption<FileInfo?>("--table", PathKind.InputFile) { Description = "The concept-table.jsonl of the tower: the heat maps of the things' concepts are looked at as well." };
        var tower = new TowerOptions();
        var command = tower.AddTo(labels.AddTo(new Command("scenes", "Find both things in scenes of two, and point at them.") { source, count, table }));
        command.SetAction((result, cancellationToken) =>
        {
            using var index = labels.Open(result, cancellationToken);
            var classes = labels.Classes(result, index);
            var number = result.GetValue(count);
            var progress = new CountLine("scenes", number);
            return Task.FromResult(tower.Run(
                result,
                (model, texts) =>
                {
                    using var classifier = ZeroShotClassifier.Create(texts, classes, cancellationToken);
                    var scenes = new DrawnScenes(index, classes, model.Config.ImageSize, result.GetValue(source), EvaluationFamilies.Excluded);
                    var concepts = result.GetValue(table) is { } file ? new ConceptTable(ConceptTableFile.Read(file.FullName, model.Config.Dimension), model.Config.Attributes) : null;
                    return SceneEvaluator.Evaluate(model, classifier, scenes, number, concepts, progress.Report, cancellationToken);
                },
                score => $"both things among the five nearest of {score.Labels} labels {score.BothInTop5:P1} (of the windows' {score.BothInTop5OfWindows:P1}), one of them nearest {score.OneFirst:P1}; "
                    + $"pointing {score.Pointing:P1}, mass {score.Mass:P1} on a {score.Grid} x {score.Grid} grid, named from its box {score.BoxTop1:P1} ({score.Mapped:P1} of the things have a feature); L0 {score.L0:P2}; {score.Scenes} scenes"
                    + (score.ConceptPointing is { } pointing ? $"; pointing of concepts {pointing:P1} ({score.ConceptsMapped:P1} of the things have one)" : "")));
        });
        return command;
    }
}
