using System.Diagnostics;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// Searches of the bundle that ships: the table of concepts, features by words that were asked about before, and by words that go through the text tower first. Median and ninth decile.
/// </summary>
internal static class SearchBenchmarks
{
    private const int Rows = 20;

    public static async Task RunAsync(double seconds)
    {
        await using var model = await VisionLanguageModel.LoadAsync(Repository.File("models", "default"));
        string[] words = [.. model.Concepts!.All.Select(concept => concept.Word)];
        await MeasureAsync("concepts by a word", seconds, words, word => Task.FromResult(model.Concepts.Search(word, Rows).Count));
        await MeasureAsync("features by a word, its first time", seconds, words, async word => (await model.Features.SearchAsync(word, Rows, CancellationToken.None)).Count);
        string[] known = [.. words.Take(200)];
        foreach (var word in known)
        {
            _ = await model.Features.SearchAsync(word, Rows, CancellationToken.None);
        }

        await MeasureAsync("features by a word, again", seconds, known, async word => (await model.Features.SearchAsync(word, Rows, CancellationToken.None)).Count);
    }

    /// <summary>Searches for the words in an order by chance, each once, for so long at most.</summary>
    private static async Task MeasureAsync(string name, double seconds, string[] words, Func<string, Task<int>> search)
    {
        var order = new Random(1);
        order.Shuffle(words);
        var (times, all) = (new List<double>(), Stopwatch.StartNew());
        foreach (var word in words.TakeWhile(_ => all.Elapsed.TotalSeconds < seconds))
        {
            var one = Stopwatch.StartNew();
            _ = await search(word);
            times.Add(one.Elapsed.TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine($"{name,-52} {times[times.Count / 2],9:F2} ms median {times[times.Count * 9 / 10],9:F2} ms ninth decile, {times.Count} searches");
    }
}
