using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>What the evaluations of towers have in common: the weights, the language model below the text head, the form of the result.</summary>
internal sealed class TowerOptions
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
    private readonly Option<FileInfo?> _tower = new PathOption<FileInfo?>("--tower", PathKind.InputFile) { Description = "The tower's weights. Default: those of models/default." };
    private readonly Option<FileInfo?> _languageModel = CommonPaths.LanguageModel();
    private readonly Option<bool> _json = new("--json") { Description = "Print one JSON object." };

    /// <summary>Adds the options to a command.</summary>
    public Command AddTo(Command command)
    {
        command.Add(_tower);
        command.Add(_languageModel);
        command.Add(_json);
        return command;
    }

    /// <summary>Opens the tower, measures it and prints what came out.</summary>
    /// <param name="result">The command line.</param>
    /// <param name="measure">The measurement; what it reports is shown as progress.</param>
    /// <param name="text">The result as a line.</param>
    /// <param name="kindred">What gives words that the tower never met their codes; null to measure the tower alone.</param>
    public int Run<TScore>(ParseResult result, Func<SparseClipModel, SparseTextEncoder, TScore> measure, Func<TScore, string> text, KindredWordFiles? kindred = null)
    {
        using var tower = TrainedTower.Open(
            result.GetValue(_tower)?.FullName ?? Path.Combine(DefaultParts.Bundle(), TrunkReader.TowerName),
            result.GetValue(_languageModel)?.FullName ?? DefaultParts.LanguageModel(),
            kindred);
        return Print(result, measure(tower.Model, tower.Texts), text);
    }

    /// <summary>Whether a tower or a language model was named.</summary>
    public bool IsGiven(CommandResult result) => result.GetResult(_tower) is not null || result.GetResult(_languageModel) is not null;

    /// <summary>Ends the progress and prints what came out.</summary>
    public int Print<TScore>(ParseResult result, TScore score, Func<TScore, string> text)
    {
        CountLine.End();
        Console.WriteLine(result.GetValue(_json) ? JsonSerializer.Serialize(score, s_json) : text(score));
        return 0;
    }
}
