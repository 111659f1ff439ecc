using System.Diagnostics;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// The engine against llama.cpp alone (<see cref="BareLlama"/>): the same library, model and threads, in turns. A long prompt, one answer, and 8 and 32 answers at once, batched and, where there are several, also
/// deterministic. Of each the best of the runs, as a ratio: above 1 the engine is faster.
/// </summary>
internal static class EngineBenchmarks
{
    private const int ContextLength = 768;
    private const int Many = 32;

    /// <param name="Name">What is run.</param>
    /// <param name="Clients">Conversations at once.</param>
    /// <param name="Prompt">Tokens of each prompt.</param>
    /// <param name="Answer">Tokens of each answer.</param>
    private sealed record Load(string Name, int Clients, int Prompt, int Answer);

    private static readonly Load[] s_loads =
    [
        new("prompt of 512 tokens", 1, 512, 1), new("prompt of 57 tokens", 1, 57, 1), new("one answer of 96 tokens", 1, 57, 96), new("8 answers", 8, 57, 64), new("32 answers", Many, 57, 64),
    ];

    public static async Task RunAsync(double seconds, int threads, string? model)
    {
        var path = model ?? Repository.File("models", "default", "smollm2-135m-instruct-q4_1.gguf");
        using var language = LlamaModel.Load(path);
        await using var engine = new GenerationEngine(language, new GenerationOptions { Threads = threads, ContextLength = ContextLength, Sequences = Many });
        using var bare = new BareLlama(path, Many, ContextLength, threads);
        var random = new Random(1);
        Console.WriteLine($"{Path.GetFileName(path)}, {threads} threads; tokens a second, of prompts where one token is answered, else of answers; engine / alone");
        foreach (var load in s_loads)
        {
            double alone = 0, batched = 0, deterministic = 0;
            var (bareTimes, ourTimes) = (Times.Worst, Times.Worst);
            var until = Environment.TickCount64 + (seconds * 1000);
            do
            {
                (alone, bareTimes) = Best((alone, bareTimes), Alone(bare, load, random));
                (batched, ourTimes) = Best((batched, ourTimes), await OursAsync(engine, load, random, isDeterministic: false));
                (deterministic, _) = Best((deterministic, Times.Worst), await OursAsync(engine, load, random, isDeterministic: true));
            }
            while (Environment.TickCount64 < until);

            Console.WriteLine(FormattableString.Invariant($"{load.Name,-28} alone {alone,8:F0}   engine {batched,8:F0} ({batched / alone:F2})   deterministic {deterministic,8:F0} ({deterministic / alone:F2})"));
            if (load.Answer > 1)
            {
                Console.WriteLine(FormattableString.Invariant($"  first token {bareTimes.First * 1000,8:F0} ms  engine {ourTimes.First * 1000,8:F0} ({ourTimes.First / bareTimes.First:F2})   token, 95th percentile {bareTimes.Token * 1000,6:F1} ms  engine {ourTimes.Token * 1000,6:F1} ({ourTimes.Token / bareTimes.Token:F2})"));
            }
        }
    }

    /// <param name="First">Seconds until the first token, the median of the clients.</param>
    /// <param name="Token">Seconds from a token to the next, the 95th percentile of all.</param>
    private sealed record Times(double First, double Token)
    {
        public static Times Worst { get; } = new(double.PositiveInfinity, double.PositiveInfinity);
    }

    private static (double Speed, Times Times) Best((double Speed, Times Times) a, (double Speed, Times Times) b) =>
        (Math.Max(a.Speed, b.Speed), new Times(Math.Min(a.Times.First, b.Times.First), Math.Min(a.Times.Token, b.Times.Token)));

    // In lockstep all clients have their first token together, and each step is as long for all.
    private static (double Speed, Times Times) Alone(BareLlama bare, Load load, Random random)
    {
        var (prefill, decode) = bare.Run([.. Enumerable.Range(0, load.Clients).Select(_ => Prompt(load, random))], load.Answer);
        return (Speed(load, load.Clients * load.Answer, prefill + decode), new Times(prefill, decode / Math.Max(1, load.Answer - 1)));
    }

    private static async Task<(double Speed, Times Times)> OursAsync(GenerationEngine engine, Load load, Random random, bool isDeterministic)
    {
        var started = Stopwatch.GetTimestamp();
        var predicted = await Task.WhenAll(Enumerable.Range(0, load.Clients).Select(_ => AnswerAsync(engine, new GenerationRequest([new TokenSegment(Prompt(load, random))], new SamplingOptions(load.Answer) { RepeatPenalty = 1 }) { Deterministic = isDeterministic })));
        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        double[] first = [.. predicted.Select(one => one.Moments.Count > 0 ? Stopwatch.GetElapsedTime(started, one.Moments[0]).TotalSeconds : 0).Order()];
        double[] gaps = [.. predicted.SelectMany(one => one.Moments.Zip(one.Moments.Skip(1), (a, b) => Stopwatch.GetElapsedTime(a, b).TotalSeconds)).Order()];
        return (Speed(load, predicted.Sum(one => one.Tokens), seconds), new Times(first[first.Length / 2], gaps.Length > 0 ? gaps[(int)(0.95 * (gaps.Length - 1))] : 0));
    }

    private static async Task<(int Tokens, List<long> Moments)> AnswerAsync(GenerationEngine engine, GenerationRequest request)
    {
        var (tokens, moments) = (0, new List<long>());
        await foreach (var happened in engine.GenerateAsync(request))
        {
            if (happened is TokenText)
            {
                moments.Add(Stopwatch.GetTimestamp());
            }

            tokens = (happened as GenerationFinished)?.Timings.PredictedN ?? tokens;
        }

        return (tokens, moments);
    }

    private static double Speed(Load load, int predicted, double seconds) => (load.Answer == 1 ? load.Clients * load.Prompt : predicted) / seconds;

    // Another one each time, or the KV cache would know it.
    private static int[] Prompt(Load load, Random random) => [.. Enumerable.Range(0, load.Prompt).Select(_ => random.Next(100, 49_000))];
}
