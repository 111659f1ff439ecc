using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>How batches for the adapter's training are composed.</summary>
public sealed record AdapterLoaderOptions
{
    /// <summary>Side of the pictures in pixels; 32..512.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Pictures a batch.</summary>
    public int BatchSize { get; init; } = 32;

    /// <summary>Share of photographs; 0..1. What is left after both shares are scenes.</summary>
    public double PhotoShare { get; init; } = 0.45;

    /// <summary>Share of icons; 0..1.</summary>
    public double IconShare { get; init; } = 0.30;

    /// <summary>Most things in a scene; 1..5.</summary>
    public int SceneObjects { get; init; } = 4;

    /// <summary>Share of the scenes that show one thing once or several times; 0..1.</summary>
    public double EqualShare { get; init; }

    /// <summary>Fewest and most turns a picture; 1..4.</summary>
    public (int Fewest, int Most) Turns { get; init; } = (2, 4);

    /// <summary>A label is drawn with weight count^this.</summary>
    public double LabelPower { get; init; } = 0.6;

    /// <summary>Factor of the weight of labels that only silhouettes (game-icons) carry; 1 changes nothing.</summary>
    public double SilhouetteWeight { get; init; } = 0.25;

    /// <summary>Artists left out beside every split other than "train".</summary>
    public IReadOnlyCollection<string> ExcludedArtists { get; init; } = EvaluationFamilies.Excluded;

    /// <summary>Names the whole stream of batches.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Batches made ahead; 1 or more.</summary>
    public int Prefetch { get; init; } = 3;

    /// <summary>Decoded pictures kept, in MiB.</summary>
    public int CacheMegabytes { get; init; } = 128;

    internal int Photos => (int)Math.Round(BatchSize * PhotoShare);

    internal int Icons => (int)Math.Round(BatchSize * IconShare);

    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    internal void Validate()
    {
        var problem = Rule.First(
            Rule.Within("image_size", Size, 32, 512),
            Rule.AtLeast("pictures", BatchSize, 1),
            Rule.Within("photograph_share", PhotoShare, 0, 1),
            Rule.Within("icon_share", IconShare, 0, 1),
            Rule.Within("the sum of photograph_share and icon_share", Math.Round(PhotoShare + IconShare, 9), 0, 1),
            Rule.Within("scene_objects", SceneObjects, 1, 5),
            Rule.Within("equal_share", EqualShare, 0, 1),
            Rule.Within("most_turns", Turns.Most, 1, 4),
            Rule.Within("fewest_turns", Turns.Fewest, 1, Turns.Most),
            Rule.Above("silhouette_weight", SilhouetteWeight, 0),
            Rule.AtLeast("prefetch", Prefetch, 1));
        if (problem is not null)
        {
            throw new ConfigurationException($"Batches cannot be made: {problem}.");
        }
    }
}
