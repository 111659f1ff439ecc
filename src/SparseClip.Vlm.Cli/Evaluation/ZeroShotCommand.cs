using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval zero-shot</c></summary>
internal static class ZeroShotCommand
{
    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var clip = new PathOption<FileInfo?>("--clip", PathKind.InputFile) { Description = "Measure an imported CLIP (see 'model import-clip') instead of a sparse tower." };
        var classes = new Option<bool>("--classes") { Description = "Classify among the names of the pretrained trunk's classes as well as the set's own labels." };
        var command = tower.AddTo(pictures.AddTo(new Command("zero-shot", "Classify pictures by their labels' text codes.") { clip, classes }));
        command.Validators.Add(result =>
        {
            if (result.GetResult(clip) is not null && result.GetValue(classes))
            {
                result.AddError("--classes: an imported CLIP is measured among the set's own labels; give it without --clip.");
            }

            if (result.GetResult(clip) is not null && tower.IsGiven(result))
            {
                result.AddError("--clip measures a whole CLIP of its own: give it without --tower and --language-model.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            using var set = pictures.Open(result, cancellationToken);
            var progress = new CountLine("pictures", set.Pictures.Count);
            if (result.GetValue(clip) is { } file)
            {
                using var dense = ImportedClip.Load(file.FullName);
                return Task.FromResult(tower.Print(
                    result,
                    DenseZeroShotEvaluator.Evaluate(dense, set, progress.Report, cancellationToken),
                    score => $"top-1 {score.Top1:P1}, top-5 {score.Top5:P1} among {score.Labels} labels over {score.Pictures} pictures"));
            }

            return Task.FromResult(tower.Run(
                result,
                (model, texts) => ZeroShotEvaluator.Evaluate(model, texts, set, result.GetValue(classes) ? ClassNames.Load(DefaultParts.ClassNames()) : [], progress.Report, cancellationToken),
                score => $"top-1 {score.Top1:P1}, top-5 {score.Top5:P1} among {score.Labels} labels over {score.Pictures} pictures; L0 {score.L0:P2}, features ever active {score.ActiveFeatures:P1}"));
        });
        return command;
    }
}
