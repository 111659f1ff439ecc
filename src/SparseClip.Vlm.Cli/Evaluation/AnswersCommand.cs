using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Dialogue;

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
                (model, matcher, pictures, report) =>
                {
                    var folder = evaluation.WordNetFolder(result);
                    var evaluator = new AnswerEvaluator(
                        model, matcher,
                        new BasicCategory(folder is null ? null : new WordNetRelations(WordNet.Load(folder))),
                        folder is null ? null : KnownWords.Load(folder, pictures.Select(picture => picture.Label)),
                        evaluation.Grounding(result, model));
                    return evaluator.EvaluateAsync(pictures, report, cancellationToken);
                },
                cancellationToken);
            Console.WriteLine(result.GetValue(evaluation.Json)
                ? JsonSerializer.Serialize(score, s_json)
                : $"main subject right {score.Accuracy:P1} of {score.Pictures} pictures with {score.Labels} labels, {score.Broader:P1} with wider names (grey picture: {score.Blind:P1}); "
                    + $"corrupted {score.Corrupted:P1}, invented words {score.Invented:P2}; {score.MeanWords:0.0} words an answer");
            return 0;
        });
        return command;
    }
}
