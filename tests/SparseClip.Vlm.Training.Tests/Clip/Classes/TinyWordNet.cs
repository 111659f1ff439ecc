using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Training.Tests.Clip.Classes;

/// <summary>A WordNet of a few meanings: entities, dogs of two kinds, a horse and its one colour.</summary>
internal sealed class TinyWordNet : IDisposable
{
    private static readonly (int Offset, string Word, int Above)[] s_meanings =
    [
        (1740, "entity", 0), (1930, "physical_entity", 1740), (100, "animal", 1930), (200, "dog", 100), (300, "hound", 200), (2088364, "beagle", 300), (2089973, "english_foxhound", 300),
        (2110958, "pug", 200), (400, "horse", 100), (2389026, "sorrel", 400), (500, "fish", 1930), (1443537, "goldfish", 500), (1440764, "tench", 500),
    ];

    public TinyWordNet()
    {
        Path = Directory.CreateTempSubdirectory("tiny-wordnet-").FullName;
        File.WriteAllLines(System.IO.Path.Combine(Path, "data.noun"), s_meanings.Select(m =>
            $"{m.Offset:D8} 03 n 01 {m.Word} 0 {(m.Above == 0 ? "000" : $"001 @ {m.Above:D8} n 0000")} | what it is"));
        File.WriteAllLines(System.IO.Path.Combine(Path, "index.noun"), s_meanings.Select(m => $"{m.Word} n 1 1 @ 1 0 {m.Offset:D8}"));
    }

    public string Path { get; }

    /// <summary>Pictures of what people call these.</summary>
    public static IEnumerable<CatalogueEntry> Labels { get; } = [.. new[] { "dog", "horse", "fish" }.Select(label => new CatalogueEntry(
        $"words-{label}", "icon", "words", "words", "words-1.0", label, label, [], "Animals", null, true, "CC0-1.0", "train", "none.tar"))];

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
