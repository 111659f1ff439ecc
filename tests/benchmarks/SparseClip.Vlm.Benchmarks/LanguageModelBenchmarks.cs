using System.Diagnostics;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// The shipped language model in llama.cpp: prefill of a prompt of 512 tokens, and an answer of 96. With one thread, with all, and as the engine chooses, in
/// turns; best and median time a token, and the processor time that all threads took together, which shows what waiting costs.
/// </summary>
internal static class LanguageModelBenchmarks
{
    private const int PromptLength = 512;
    private const int AnswerLength = 96;

    private sealed record Figures(double Prefill, double PrefillCpu, double Decode, double DecodeCpu);

    public static async Task RunAsync(double seconds, int threads)
    {
        using var model = LlamaModel.Load(Repository.File("models", "default", "smollm2-135m-instruct-q4_1.gguf"));
        int[] settings = [1, threads, 0];
        var runs = settings.Select(_ => new List<Figures>()).ToArray();
        var random = new Random(1);
        var started = Stopwatch.GetTimestamp();
        do
        {
            for (var i = 0; i < settings.Length; i++)
            {
                await using var engine = new GenerationEngine(model, new GenerationOptions { Threads = settings[i] });
                runs[i].Add(await MeasureAsync(engine, random));
            }
        }
        while (Stopwatch.GetElapsedTime(started).TotalSeconds < settings.Length * seconds);

        for (var i = 0; i < settings.Length; i++)
        {
            var name = settings[i] == 0 ? "as the engine chooses" : $"{settings[i]} threads";
            Console.WriteLine($"language model, {name}, {runs[i].Count} runs, ms a token: best / median / processor time at best");
            Print("prefill", runs[i], f => f.Prefill, f => f.PrefillCpu);
            Print("decode", runs[i], f => f.Decode, f => f.DecodeCpu);
        }
    }

    private static async Task<Figures> MeasureAsync(GenerationEngine engine, Random random)
    {
        // Another prompt each time, or the KV cache would know it; all words, so that no token ends the answer at once.
        int[] prompt = [.. Enumerable.Range(0, PromptLength).Select(_ => random.Next(100, engine.Model.Info.VocabularySize))];
        var request = new GenerationRequest([new TokenSegment(prompt)], new SamplingOptions(AnswerLength));
        var (before, prefilled) = (Cpu(), TimeSpan.Zero);
        GenerationTimings? timings = null;
        await foreach (var happened in engine.GenerateAsync(request))
        {
            prefilled = happened is PrefillProgress { Done: PromptLength } ? Cpu() : prefilled;
            timings = (happened as GenerationFinished)?.Timings ?? timings;
        }

        return new Figures(
            timings!.PromptMs / timings.PromptN, (prefilled - before).TotalMilliseconds / timings.PromptN,
            timings.PredictedMs / Math.Max(1, timings.PredictedN), (Cpu() - prefilled).TotalMilliseconds / Math.Max(1, timings.PredictedN));
    }

    private static void Print(string what, List<Figures> runs, Func<Figures, double> time, Func<Figures, double> cpu)
    {
        var sorted = runs.OrderBy(time).ToList();
        Console.WriteLine($"  {what}: {time(sorted[0]):F2} / {time(sorted[sorted.Count / 2]):F2} / {cpu(sorted[0]):F2}");
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;
}
