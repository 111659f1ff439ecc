using SparseClip.Vlm.Data.Lexicon;

namespace SparseClip.Vlm.Data.Building;

/// <summary>The files of a data folder.</summary>
/// <param name="root">The folder itself.</param>
internal sealed class DataFolder(string root)
{
    public string Root { get; } = Path.GetFullPath(root);

    public string Shards => Path.Combine(Root, "shards");

    public string WordNet => Path.Combine(Root, "wordnet");

    public string Cache => Path.Combine(Root, "cache");

    public string Catalogue => Path.Combine(Root, "catalogue.jsonl");

    public string Skipped => Path.Combine(Root, "skipped.jsonl");

    /// <summary>Folder of the finished sources' parts of the catalogue.</summary>
    public string Parts => Path.Combine(Root, "parts");

    public string Part(string source) => Path.Combine(Parts, source + ".jsonl");

    public string SkippedPart(string source) => Path.Combine(Parts, source + ".skipped.jsonl");

    public string Stamp(string source) => Path.Combine(Parts, source + ".json");
}
