using System.CommandLine;
using System.Text.Json;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Data.Shards;
using SparseClip.Vlm.Training.Evaluation;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary><c>sparseclip eval zero-shot</c></summary>
internal static class ZeroShotCommand
{
    private static readonly JsonSerializerOptions s_json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    public static Command Create()
    {
        var set = EvaluationSet.Option();
        var source = EvaluationSet.SourceOption();
        var split = EvaluationSet.SplitOption();
        var concrete = EvaluationSet.ConcreteOption();
        var limit = new Option<int?>("--limit") { Description = "At most so many pictures, spread evenly over the set." };
        var tower = new Option<FileInfo?>("--tower") { Description = "The tower's weights. Default: those of models/default." };
        var languageModel = new Option<FileInfo?>("--language-model") { Description = "The GGUF whose first layers read text. Default: that of models/default." };
        var clip = new Option<FileInfo?>("--clip") { Description = "Measure an imported CLIP (see 'model import-clip') instead of a sparse tower." };
        var json = new Option<bool>("--json") { Description = "Print one JSON object." };
        var command = new Command("zero-shot", "Classify pictures by their labels' text codes.") { set, source, split, concrete, limit, tower, languageModel, clip, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(clip) is not null && (result.GetValue(tower) is not null || result.GetValue(languageModel) is not null))
            {
                result.AddError("--clip measures a whole CLIP of its own: give it without --tower and --language-model.");
            }
        });
        command.SetAction((result, cancellationToken) =>
        {
            using var pictures = EvaluationSet.Open(
                result.GetValue(set)!, result.GetValue(limit), result.GetValue(source), result.GetValue(split), result.GetValue(concrete), cancellationToken);
            void Report(int done) => Console.Error.Write($"\r{done} of {pictures.Pictures.Count} pictures");
            if (result.GetValue(clip) is { } imported)
            {
                using var dense = ImportedClip.Load(imported.FullName);
                var denseScore = DenseZeroShotEvaluator.Evaluate(dense, pictures, Report, cancellationToken);
                Console.Error.WriteLine();
                Console.WriteLine(result.GetValue(json)
                    ? JsonSerializer.Serialize(denseScore, s_json)
                    : $"top-1 {denseScore.Top1:P1}, top-5 {denseScore.Top5:P1} among {denseScore.Labels} labels over {denseScore.Pictures} pictures");
                return Task.FromResult(0);
            }

            using var weights = SafetensorsFile.Open(result.GetValue(tower)?.FullName ?? Path.Combine(DefaultParts.Bundle(), "tower.safetensors"));
            using var model = SparseClipModel.Load(weights);
            using var file = GgufFile.Open(result.GetValue(languageModel)?.FullName ?? DefaultParts.LanguageModel());
            using var states = new LanguageModelTextStates(file, model.Config.Text.Layers, CpuPrecision.Fastest);
            var score = ZeroShotEvaluator.Evaluate(model, new SparseTextEncoder(model, states), pictures, Report, cancellationToken);
            Console.Error.WriteLine();
            Console.WriteLine(result.GetValue(json)
                ? JsonSerializer.Serialize(score, s_json)
                : $"top-1 {score.Top1:P1}, top-5 {score.Top5:P1} among {score.Labels} labels over {score.Pictures} pictures; L0 {score.L0:P2}, features ever active {score.ActiveFeatures:P1}");
            return Task.FromResult(0);
        });
        return command;
    }
}
