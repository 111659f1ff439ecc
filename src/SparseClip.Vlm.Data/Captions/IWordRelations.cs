namespace SparseClip.Vlm.Data.Captions;

/// <summary>Words that are as true of a picture as its label. Thread-safe.</summary>
public interface IWordRelations
{
    /// <summary>Wider words, from the narrowest on: "dog" gives "canine", "animal"; empty where nothing is known.</summary>
    IReadOnlyList<string> WiderThan(string label);

    /// <summary>Other words for the same thing: "airplane" gives "plane", "aeroplane"; empty where nothing is known.</summary>
    IReadOnlyList<string> SynonymsOf(string label);

    /// <summary>What it is, from its definition: "a musical instrument with keys"; null where nothing short is known.</summary>
    string? MeaningOf(string label) => null;
}
