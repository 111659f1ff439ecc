using SparseClip.Vlm.Data.Splits;

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

    internal void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(Size, 32);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Size, 512);
        ArgumentOutOfRangeException.ThrowIfLessThan(BatchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(PhotoShare);
        ArgumentOutOfRangeException.ThrowIfNegative(IconShare);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(PhotoShare + IconShare, 1 + 1e-9, "PhotoShare + IconShare");
        ArgumentOutOfRangeException.ThrowIfLessThan(SceneObjects, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(SceneObjects, 5);
        ArgumentOutOfRangeException.ThrowIfLessThan(Turns.Fewest, 1, nameof(Turns));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Turns.Most, 4, nameof(Turns));
        ArgumentOutOfRangeException.ThrowIfLessThan(Turns.Most, Turns.Fewest, nameof(Turns));
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(SilhouetteWeight);
        ArgumentOutOfRangeException.ThrowIfLessThan(Prefetch, 1);
    }
}
