using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval steering</c></summary>
internal static class SteeringCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var features = NumberOption.Create("--features", "K: how many features carry a label, by its word and again by the picture.", 8, 1, 1000);
        var strength = NumberOption.Create("--strength", "S: what the other label's features are set to, in multiples of their observed maxima.", 1f, 0f, 1000f);
        var seed = NumberOption.Create("--seed", "Chooses the other labels.", 0, 0, int.MaxValue);
        var command = evaluation.AddTo(new Command("steering", "Steer pictures from their label to another one, and ask for the main subject.") { features, strength, seed });
        command.SetAction(async (result, cancellationToken) =>
        {
            var score = await evaluation.RunAsync<SteeringScore, SteeredPicture>(
                result,
                (model, matcher, pictures, report) => new SteeringEvaluator(model, matcher, evaluation.Grounding(result, model)).EvaluateAsync(
                    pictures, result.GetValue(features), result.GetValue(strength), result.GetValue(seed), report, cancellationToken),
                cancellationToken);
            Console.WriteLine(result.GetValue(evaluation.Json) ? JsonSerializer.Serialize(score, s_json) : Text(score));
            return 0;
        });
        return command;
    }

    private static string Text(SteeringScore score) =>
        $"of {score.PicturesRight} pictures answered rightly before: suppressed {score.Suppressed:P1}, reached {score.Reached:P1}, corrupted {score.Corrupted:P1}\n"
        + $"of all {score.Pictures} pictures: suppressed {score.SuppressedOfAll:P1}, reached {score.ReachedOfAll:P1}, corrupted {score.CorruptedOfAll:P1} "
        + $"(unsteered: right {score.Accuracy:P1}, corrupted {score.CorruptedUnsteered:P1})";
}
