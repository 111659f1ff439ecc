using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval agreement</c></summary>
internal static class AgreementCommand
{
    public static Command Create()
    {
        var pictures = new PictureOptions();
        var tower = new TowerOptions();
        var trunk = new Option<string>("--trunk")
        {
            Description = "The pretrained classifier, a folder or its name below models/. A tower on an EfficientNet-Lite is taken to have its frozen blocks from it.",
            DefaultValueFactory = _ => DefaultParts.TrunkName,
        };
        var command = tower.AddTo(pictures.AddTo(new Command("agreement", "Compare the nearest class name with the pretrained classifier's five best classes.") { trunk }));
        command.SetAction((result, cancellationToken) =>
        {
            var folder = DefaultParts.Trunk(result.GetValue(trunk)!);
            using var set = pictures.Open(result, cancellationToken);
            var progress = new CountLine("pictures", set.Pictures.Count);
            return Task.FromResult(tower.Run(
                result,
                (model, texts) =>
                {
                    using var teacher = ClassTeacher.Open(folder, model.trunk);
                    return TeacherAgreementEvaluator.Evaluate(model, texts, teacher, set, progress.Report, cancellationToken);
                },
                score => $"the nearest of {score.Classes} class names is among the classifier's five best in {score.InTop5:P1}, its best in {score.SameTop1:P1}, of {score.Pictures} pictures"));
        });
        return command;
    }
}
