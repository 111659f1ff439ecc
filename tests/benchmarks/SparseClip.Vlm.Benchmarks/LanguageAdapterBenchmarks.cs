using System.Diagnostics;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// What a LoRA adapter of every matrix of the shipped language model costs: prefill of 256 tokens and an answer of 48, without it and with it, in turns; and
/// two answers at once, of one kind and of both, where llama.cpp plans its graphs anew between the kinds. Medians, and ratios to the plain runs of the same
/// time; processor time tells them apart where other programs want the cores too.
/// </summary>
internal static class LanguageAdapterBenchmarks
{
    private const int PromptLength = 256;
    private const int AnswerLength = 48;
    private const int Rank = 16;

    private sealed record Figures(List<double> Prefill, List<double> Decode, List<double> Cpu);

    public static async Task RunAsync(double seconds, int threads)
    {
        var folder = Directory.CreateTempSubdirectory("language-adapter-");
        try
        {
            var path = Repository.File("models", "default", "smollm2-135m-instruct-q4_1.gguf");
            using var model = LlamaModel.Load(path);
            foreach (var type in (GgufTensorType[])[GgufTensorType.F32, GgufTensorType.F16])
            {
                var file = Path.Combine(folder.FullName, $"{type}.gguf");
                LoraFile.Write(file, "llama", Rank, Pairs(path), type);
                await using var engine = new GenerationEngine(model, new GenerationOptions { Threads = threads, ContextLength = 512 }, model.LoadAdapter(file));
                await CompareAsync($"LoRA of rank {Rank} as {type}", engine, seconds);
            }
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task CompareAsync(string name, GenerationEngine engine, double seconds)
    {
        // Which conversations run at once: false without the adapter, true with it.
        bool[][] settings = [[false], [true], [false, false], [true, true], [false, true]];
        var figures = settings.Select(_ => new Figures([], [], [])).ToArray();
        var random = new Random(1);
        var end = Environment.TickCount64 + (settings.Length * seconds * 1000);
        do
        {
            for (var i = 0; i < settings.Length; i++)
            {
                var before = Process.GetCurrentProcess().TotalProcessorTime;
                var all = await Task.WhenAll(settings[i].Select(adapted => MeasureAsync(engine, Prompt(engine, random), adapted)));
                figures[i].Prefill.AddRange(all.Select(timings => timings.PromptMs / timings.PromptN));
                figures[i].Decode.AddRange(all.Select(timings => timings.PredictedMs / Math.Max(1, timings.PredictedN)));
                figures[i].Cpu.Add((Process.GetCurrentProcess().TotalProcessorTime - before).TotalMilliseconds);
            }
        }
        while (Environment.TickCount64 < end);

        for (var i = 0; i < settings.Length; i++)
        {
            var plain = figures[settings[i].Length == 1 ? 0 : 2];
            var kind = string.Join(" and ", settings[i].Select(adapted => adapted ? "with" : "without"));
            Console.WriteLine($"{name}, {kind}, ms a token (times the plain): prefill {Said(figures[i].Prefill, plain.Prefill)}, decode {Said(figures[i].Decode, plain.Decode)}; "
                + $"processor ms of all: {Said(figures[i].Cpu, plain.Cpu)}");
        }
    }

    private static async Task<GenerationTimings> MeasureAsync(GenerationEngine engine, int[] prompt, bool adapted)
    {
        var request = new GenerationRequest([new TokenSegment(prompt)], new SamplingOptions(AnswerLength)) { Adapted = adapted, Deterministic = false };
        GenerationTimings? timings = null;
        await foreach (var happened in engine.GenerateAsync(request))
        {
            timings = (happened as GenerationFinished)?.Timings ?? timings;
        }

        return timings!;
    }

    // Another one each time, or the KV cache would know it.
    private static int[] Prompt(GenerationEngine engine, Random random) =>
        [.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(100, engine.Model.Info.VocabularySize))];

    private static List<LoraPair> Pairs(string model)
    {
        using var file = GgufFile.Open(model);
        var random = new Random(2);
        return [.. file.Tensors.Where(t => t.Name.StartsWith("blk.", StringComparison.Ordinal) && t.Shape.Count == 2).Select(t => new LoraPair(
            t.Name, Rank, (int)t.Shape[1], (int)t.Shape[0], Small(random, Rank * (int)t.Shape[1]), Small(random, Rank * (int)t.Shape[0])))];
    }

    // So weak that answers stay of the usual length.
    private static float[] Small(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 1e-3f * (random.NextSingle() - 0.5f))];

    private static string Said(List<double> values, List<double> plain) => $"{Median(values):F2} ({Median(values) / Median(plain):F2})";

    private static double Median(List<double> values) => values.Order().ElementAt(values.Count / 2);
}
