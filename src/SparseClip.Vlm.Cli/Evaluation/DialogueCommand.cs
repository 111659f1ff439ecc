using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation.Dialogue;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval dialogue</c></summary>
internal static class DialogueCommand
{
    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var scenes = NumberOption.Create("--scenes", "How many scenes of two things to ask about as well; the set has to be a data folder then.", 0, 0, 100_000);
        var repeated = NumberOption.Create("--repeated", "How many scenes of one thing, once or several times, to ask about colour and number; the set has to be a data folder then.", 0, 0, 100_000);
        var family = DrawnThings.Family();
        var seed = NumberOption.Create("--seed", "Chooses the other labels.", 0, 0, int.MaxValue);
        var command = evaluation.AddTo(new Command("dialogue", "Ask what takes for granted what is not there, ask again, and ask for two things.") { scenes, repeated, family, seed });
        command.SetAction(async (result, cancellationToken) =>
        {
            var score = await evaluation.RunAsync<ExaminationScore, ExaminedAnswer>(
                result,
                async (model, matcher, pictures, report) =>
                {
                    var examiner = new Examiner(evaluation, result, model, matcher, pictures, result.GetValue(seed), report);
                    var evaluator = new DialogueEvaluator(model, matcher, examiner.Others, examiner.Relations, examiner.Examination);
                    await evaluator.TalkAsync(pictures, cancellationToken);
                    if (result.GetValue(scenes) + result.GetValue(repeated) > 0)
                    {
                        using var index = ShardIndex.Open(evaluation.Set(result), cancellationToken);
                        var drawn = DrawnThings.Open(index, result.GetValue(family));
                        await evaluator.NameTwoAsync(drawn, result.GetValue(scenes), cancellationToken);
                        await evaluator.CountAsync(drawn, result.GetValue(repeated), cancellationToken);
                    }

                    return examiner.Examination.Score();
                },
                cancellationToken,
                each: 6);
            ExaminationText.Write(score, result.GetValue(evaluation.Json), ("follow-ups", [DialogueEvaluator.AnotherAnswer, DialogueEvaluator.Kind, DialogueEvaluator.Also]));
            return 0;
        });
        return command;
    }
}
