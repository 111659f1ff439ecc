using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>How batches for contrastive training are composed.</summary>
public sealed record ClipLoaderOptions
{
    /// <summary>Side of the pictures in pixels; 32..512.</summary>
    public int Size { get; init; } = 128;

    /// <summary>Augmented single icons a batch.</summary>
    public int Icons { get; init; } = 117;

    /// <summary>Composed scenes a batch.</summary>
    public int Scenes { get; init; } = 45;

    /// <summary>Most things in a scene; 1..5, and at least 2 things where possible.</summary>
    public int SceneObjects { get; init; } = 2;

    /// <summary>Augmented photographs a batch.</summary>
    public int Photos { get; init; } = 62;

    /// <summary>Strong crops and CutMix pairs of photographs a batch, for distillation only.</summary>
    public int Extras { get; init; } = 56;

    /// <summary>The most further words a batch (tags, other and wider words), each with the labels of the batch that it can be said of.</summary>
    public int Words { get; init; }

    /// <summary>A label is drawn with weight count^this; 1 draws pictures evenly, 0 labels.</summary>
    public double LabelPower { get; init; } = 0.6;

    /// <summary>Factor of the weight of labels that only silhouettes (game-icons) carry: many, each with one picture. 1 changes nothing.</summary>
    public double SilhouetteWeight { get; init; } = 0.5;

    /// <summary>Probability of the outline augmentation on single icons.</summary>
    public double OutlineChance { get; init; } = 0.35;

    /// <summary>Artists that are left out beside every split other than "train" (OpenMoji is "validation" and so always out).</summary>
    public IReadOnlyCollection<string> ExcludedArtists { get; init; } = EvaluationFamilies.Excluded;

    /// <summary>Names the whole stream of batches.</summary>
    public long Seed { get; init; } = 1;

    /// <summary>Batches made ahead; 1 or more.</summary>
    public int Prefetch { get; init; } = 3;

    /// <summary>Threads that draw one batch; the bytes do not depend on it.</summary>
    public int Workers { get; init; } = 1;

    /// <summary>Decoded pictures kept, in MiB.</summary>
    public int CacheMegabytes { get; init; } = 128;

    internal int Captioned => Icons + Scenes + Photos;

    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    internal void Validate()
    {
        var problem = Rule.First(
            Rule.Within("image_size", Size, 32, 512),
            Rule.AtLeast("icons", Icons, 0),
            Rule.AtLeast("scenes", Scenes, 0),
            Rule.AtLeast("photographs", Photos, 0),
            Rule.AtLeast("extras", Extras, 0),
            Rule.AtLeast("words", Words, 0),
            Rule.AtLeast("the size of the batch", Captioned + Extras, 1),
            Rule.Within("scene_objects", SceneObjects, 1, 5),
            Rule.Above("silhouette_weight", SilhouetteWeight, 0),
            Rule.AtLeast("prefetch", Prefetch, 1),
            Rule.AtLeast("workers", Workers, 1));
        if (problem is not null)
        {
            throw new ConfigurationException($"Batches cannot be made: {problem}.");
        }
    }
}
