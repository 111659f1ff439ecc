namespace SparseClip.Vlm.Core.Features;

/// <summary>What training pictures show of a feature. Values are those of pooled codes, in the code's own unit.</summary>
/// <param name="Pictures">How many pictures were looked at.</param>
/// <param name="Active">On how many of them the feature is active.</param>
/// <param name="Maximum">The largest value; 0 where it is never active.</param>
/// <param name="P99">The value that 99 of 100 of its activations do not exceed; 0 where it is never active.</param>
/// <param name="Modality">Its share of pictures in its activation by pictures and by their labels, 0 (texts only)..1 (pictures only); null where it is active in neither.</param>
/// <param name="Histogram">Its activations in <see cref="Bins"/> equal bins from 0 to the maximum.</param>
/// <param name="Neighbours">The features that are active together with it most, nearest first.</param>
public sealed record FeatureStatistics(
    int Pictures, int Active, float Maximum, float P99, float? Modality, IReadOnlyList<int> Histogram, IReadOnlyList<FeatureNeighbour> Neighbours)
{
    /// <summary>The bins of the histogram.</summary>
    public const int Bins = 20;

    /// <summary>The share of the pictures that have it, 0..1.</summary>
    public float Density => Pictures > 0 ? (float)Active / Pictures : 0f;
}

/// <summary>A feature that is active together with another.</summary>
/// <param name="Feature">Its id.</param>
/// <param name="Pictures">The cosine of their activations over pictures, 0..1.</param>
/// <param name="Texts">The same over the labels of these pictures.</param>
public sealed record FeatureNeighbour(int Feature, float Pictures, float Texts);

/// <summary>What the language model says of a grey picture that has this feature and nothing else: the causal name (arXiv 2603.22593).</summary>
/// <param name="Word">What it named; null where its answer names nothing.</param>
/// <param name="Agrees">Whether that is the feature's name, another word for it, or what it is a kind of.</param>
public sealed record CausalName(string? Word, bool Agrees);
