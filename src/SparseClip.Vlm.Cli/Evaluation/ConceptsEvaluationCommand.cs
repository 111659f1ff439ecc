using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Evaluation.Concepts;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval concepts</c></summary>
internal static class ConceptsEvaluationCommand
{
    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var data = CommonPaths.Data();
        var table = new PathOption<FileInfo?>("--table", PathKind.InputFile) { Description = "The concept-table.jsonl of the tower. Default: that of models/default." };
        var details = new PathOption<FileInfo?>("--details", PathKind.OutputFile) { Description = "Write what is listed of every picture to this file (JSON lines)." };
        var command = tower.AddTo(pictures.AddTo(new Command("concepts", "List the concepts of pictures and compare them with the labels.") { table, data, details }));
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            var relations = WordNetRelations.TryOpen(result.GetValue(data)!.FullName);
            using var log = DetailLog.Open(result.GetValue(details)?.FullName);
            var progress = new CountLine("pictures", set.Pictures.Count);
            var done = 0;
            return Task.FromResult(tower.Run(
                result,
                (model, _) =>
                {
                    using var encoder = new SparseImageEncoder(model);
                    var path = result.GetValue(table)?.FullName ?? DefaultParts.ConceptTable();
                    return new ConceptEvaluator(new ConceptTable(ConceptTableFile.Read(path, encoder.Dimension), encoder.Attributes), relations).Evaluate(encoder, set, rows =>
                    {
                        log?.Write(rows);
                        progress.Report(++done);
                    }, cancellationToken);
                },
                score => $"first concept: the label {score.FirstSame:P1}, or what it is directly a kind of {score.First:P1}; of {score.Listed:F1} listed {score.FirstFive:P1} are true of the label, at a mean probability of {score.MeanProbability:P1} (Brier {score.Brier:F3}); {score.Pictures} pictures"));
        });
        return command;
    }
}
