using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation.Dialogue;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval presence</c></summary>
internal static class PresenceCommand
{
    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var strength = NumberOption.Create("--strength", "What another label is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.", 1f, 0f, 1000f);
        var seed = NumberOption.Create("--seed", "Chooses the other labels.", 0, 0, int.MaxValue);
        var command = evaluation.AddTo(new Command("presence", "Ask whether things are there that are, that are not, that were taken out and that were set.") { strength, seed });
        command.SetAction(async (result, cancellationToken) =>
        {
            var score = await evaluation.RunAsync<ExaminationScore, ExaminedAnswer>(
                result,
                (model, matcher, pictures, report) =>
                {
                    var examiner = new Examiner(evaluation, result, model, matcher, pictures, result.GetValue(seed), report);
                    return new PresenceEvaluator(model, matcher, examiner.Others, examiner.Examination).EvaluateAsync(pictures, result.GetValue(strength), cancellationToken);
                },
                cancellationToken,
                each: 6);
            ExaminationText.Write(
                score, result.GetValue(evaluation.Json),
                ("balanced", [PresenceEvaluator.Present, PresenceEvaluator.PresentOfNamed, PresenceEvaluator.Absent, PresenceEvaluator.Sibling]),
                ("balanced, of those named", [PresenceEvaluator.PresentOfNamed, PresenceEvaluator.Absent]),
                ("follows the edit", [PresenceEvaluator.TakenOut, PresenceEvaluator.Set]));
            return 0;
        });
        return command;
    }
}
