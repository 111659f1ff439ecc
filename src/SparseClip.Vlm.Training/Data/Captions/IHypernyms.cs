namespace SparseClip.Vlm.Training.Data.Captions;

/// <summary>Wider words for a label. Thread-safe.</summary>
public interface IHypernyms
{
    /// <summary>From the narrowest on: "dog" gives "canine", "animal"; empty where nothing is known.</summary>
    IReadOnlyList<string> Of(string label);
}
