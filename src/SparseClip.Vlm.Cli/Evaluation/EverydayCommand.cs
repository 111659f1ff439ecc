using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval everyday</c></summary>
internal static class EverydayCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var evaluation = new ModelEvaluation();
        var words = new PathOption<FileInfo?>("--words", PathKind.InputFile) { Description = "A file with the words, one a line. Default: 40 everyday words of the program's own." };
        var strength = NumberOption.Create("--strength", "What a word is set to, in multiples of its usual level, where it is a concept, else of its features' observed maxima.", 1f, 0f, 1000f);
        var command = evaluation.AddTo(
            new Command("everyday", "Take the subject out of pictures, set everyday words by name, and see whether the answer names them.") { words, strength });
        command.SetAction(async (result, cancellationToken) =>
        {
            var list = result.GetValue(words) is { } file ? EverydayWords.Parse(await File.ReadAllTextAsync(file.FullName, cancellationToken)) : EverydayWords.Default;
            var score = await evaluation.RunAsync<EverydayScore, EverydayAnswer>(
                result,
                (model, matcher, pictures, report) =>
                    new EverydayEvaluator(model, matcher, evaluation.Grounding(result, model)).EvaluateAsync(pictures, list, result.GetValue(strength), report, cancellationToken),
                cancellationToken,
                each: list.Count);
            Console.WriteLine(result.GetValue(evaluation.Json)
                ? JsonSerializer.Serialize(score, s_json)
                : $"reached {score.Reached:P1}, refused {score.Refused:P1} of {score.Answers} answers to {list.Count} words on {score.Pictures} pictures");
            return 0;
        });
        return command;
    }
}
