using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval answers</c></summary>
internal static class AnswersCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var command = evaluation.AddTo(new Command("answers", "Ask for the main subject of pictures and compare with their labels."));
        command.SetAction(async (result, cancellationToken) =>
        {
            var score = await evaluation.RunAsync<AnswerScore, AnsweredPicture>(
                result,
                (model, matcher, pictures, report) => new AnswerEvaluator(model, matcher, evaluation.Grounding(result, model)).EvaluateAsync(pictures, report, cancellationToken),
                cancellationToken);
            Console.WriteLine(result.GetValue(evaluation.Json)
                ? JsonSerializer.Serialize(score, s_json)
                : $"main subject right {score.Accuracy:P1} of {score.Pictures} pictures with {score.Labels} labels; corrupted {score.Corrupted:P1}; {score.MeanWords:0.0} words an answer");
            return 0;
        });
        return command;
    }
}
