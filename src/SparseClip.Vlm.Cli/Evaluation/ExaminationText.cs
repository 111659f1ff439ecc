using System.Text.Json;
using SparseClip.Vlm.Evaluation.Dialogue;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>Shows what came of an examination.</summary>
internal static class ExaminationText
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    /// <param name="score">The score.</param>
    /// <param name="isJson">One JSON object instead of lines.</param>
    /// <param name="balances">Means of kinds, by name.</param>
    public static void Write(ExaminationScore score, bool isJson, params (string Name, string[] Kinds)[] balances)
    {
        if (isJson)
        {
            Console.WriteLine(JsonSerializer.Serialize(
                new { score.Kinds, score.Invented, score.Corrupted, Balanced = balances.ToDictionary(balance => balance.Name, balance => score.Balanced(balance.Kinds)) }, s_json));
            return;
        }

        foreach (var kind in score.Kinds)
        {
            Console.WriteLine($"{kind.Kind}: {kind.Right:P1} of {kind.Answers} (grey picture: {kind.Blind:P1})");
        }

        foreach (var (name, kinds) in balances)
        {
            Console.WriteLine($"{name}: {score.Balanced(kinds):P1} (grey picture: {score.BlindBalanced(kinds):P1})");
        }

        Console.WriteLine($"invented words: {score.Invented:P2}; corrupted answers: {score.Corrupted:P1}");
    }
}
