using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation.Concepts;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval edits</c></summary>
internal static class EditsCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var scenes = NumberOption.Create("--scenes", "How many scenes of two things to take one out of as well; the set has to be a data folder then.", 0, 0, 100_000);
        var family = DrawnThings.Family();
        var seed = NumberOption.Create("--seed", "Chooses the other labels.", 0, 0, int.MaxValue);
        var strength = NumberOption.Create("--strength", "What things are set to that are added, in multiples of what pictures usually have of them.", 1f, 0f, 100f);
        var command = evaluation.AddTo(new Command("edits", "Take things out of pictures by their word, add others, edit what has nothing to do with them, and ask what they show.") { scenes, family, seed, strength });
        command.SetAction(async (result, cancellationToken) =>
        {
            var scores = await evaluation.RunAsync<IReadOnlyList<EditScore>, EditedAnswer>(
                result,
                async (model, matcher, pictures, report) =>
                {
                    var others = Examiner.OthersOf(pictures, matcher, Examiner.RelationsOf(evaluation, result), result.GetValue(seed));
                    var evaluator = new EditEvaluator(model, matcher, others, evaluation.Grounding(result, model), result.GetValue(strength), report);
                    await evaluator.EditAsync(pictures, cancellationToken);
                    if (result.GetValue(scenes) is > 0 and var count)
                    {
                        using var index = ShardIndex.Open(evaluation.Set(result), cancellationToken);
                        await evaluator.EditTwoAsync(DrawnThings.Open(index, result.GetValue(family)), count, cancellationToken);
                    }

                    return evaluator.Scores();
                },
                cancellationToken,
                each: 3);
            Console.WriteLine(result.GetValue(evaluation.Json) ? JsonSerializer.Serialize(scores, s_json) : string.Join('\n', scores.Select(Text)));
            return 0;
        });
        return command;
    }

    private static string Text(EditScore score) =>
        $"{score.Kind}: right {score.Right:P1} of {score.Edits}, {score.RightOfNamed:P1} of the {score.Named} named before; corrupted {score.Corrupted:P1}; mean probability {score.Before:P1} -> {score.After:P1}";
}
