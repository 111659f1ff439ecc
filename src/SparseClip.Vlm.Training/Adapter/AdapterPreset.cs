using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>A recipe for an adapter. Read from models/presets/*.json.</summary>
/// <param name="Hidden">Width of the hidden layer; even.</param>
/// <param name="Window">The side of the windows of patches that share an embedding; 1 for an embedding each.</param>
/// <param name="Batch">The composition of a batch.</param>
/// <param name="Start">The start in closed form.</param>
/// <param name="Edits">The edited codes seen in training.</param>
/// <param name="Optimizer">AdamW.</param>
/// <param name="ExcludedArtists">Icon families left out of training.</param>
/// <param name="Minutes">The training time; the learning rate reaches zero when it is used up.</param>
/// <param name="Seed">The seed of the data and of the edits.</param>
public sealed record AdapterPreset(
    int Hidden,
    int Window,
    AdapterBatchComposition Batch,
    AdapterStartOptions Start,
    AdapterEditOptions Edits,
    AdapterOptimizerOptions Optimizer,
    IReadOnlyList<string> ExcludedArtists,
    double Minutes,
    int Seed)
{
    /// <summary>How long is trained and by what steps.</summary>
    internal TrainingSchedule Schedule => new(new TrainingLength(Minutes, Steps: null), Optimizer.WarmupSteps, Optimizer.WeightDecay, Optimizer.ClipNorm);

    /// <exception cref="ConfigurationException">The file is missing or no such preset, or a value in it cannot be.</exception>
    public static AdapterPreset Load(string path)
    {
        var preset = ConfigFile.Load<AdapterPreset>(path);
        return preset.Problem() is { } problem ? throw new ConfigurationException($"Preset '{path}': {problem}.") : preset;
    }

    /// <exception cref="ConfigurationException">A value cannot be.</exception>
    public void Validate()
    {
        if (Problem() is { } problem)
        {
            throw new ConfigurationException($"The preset cannot be used: {problem}.");
        }
    }

    /// <summary>Which value cannot be, and what to give; null if all can.</summary>
    public string? Problem() => Rule.First(
        Hidden >= 2 && Hidden % 2 == 0 ? null : Rule.Wrong("hidden", Hidden, "an even number, 2 or more"),
        Rule.AtLeast("window", Window, 1),
        Batch.Problem("batch"),
        Start.Problem("start"),
        Edits.Problem("edits"),
        Optimizer.Problem("optimizer"),
        Rule.AtLeast("minutes", Minutes, 0));

    /// <summary>What the loader of its batches is told.</summary>
    /// <param name="size">The side of the tower's pictures in pixels.</param>
    public AdapterLoaderOptions LoaderOptions(int size) => new()
    {
        Size = size,
        BatchSize = Batch.Pictures,
        PhotoShare = Batch.PhotographShare,
        IconShare = Batch.IconShare,
        SceneObjects = Batch.SceneObjects,
        Turns = (Batch.FewestTurns, Batch.MostTurns),
        ExcludedArtists = [.. ExcludedArtists],
        Seed = Seed,
    };
}

/// <summary>What a step is made of.</summary>
/// <param name="Pictures">Pictures a step.</param>
/// <param name="PhotographShare">The share of photographs, 0..1.</param>
/// <param name="IconShare">The share of icons, 0..1; the rest are scenes.</param>
/// <param name="FewestTurns">Fewest questions a picture.</param>
/// <param name="MostTurns">Most questions a picture, at most 4.</param>
/// <param name="SceneObjects">Most things in a scene, 1..5.</param>
/// <param name="MicroBatch">Pictures that pass the language model at once; bounds the memory and what is computed for padding.</param>
public sealed record AdapterBatchComposition(
    int Pictures, double PhotographShare, double IconShare, int FewestTurns, int MostTurns, int SceneObjects, int MicroBatch)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.pictures", Pictures, 1),
        Rule.Within($"{name}.photograph_share", PhotographShare, 0, 1),
        Rule.Within($"{name}.icon_share", IconShare, 0, 1),
        Rule.Within($"the sum of {name}.photograph_share and icon_share", Math.Round(PhotographShare + IconShare, 9), 0, 1),
        Rule.Within($"{name}.most_turns", MostTurns, 1, 4),
        Rule.Within($"{name}.fewest_turns", FewestTurns, 1, MostTurns),
        Rule.Within($"{name}.scene_objects", SceneObjects, 1, 5),
        Rule.AtLeast($"{name}.micro_batch", MicroBatch, 1));
}

/// <summary>The start in closed form; see <see cref="Modeling.Adapter.ClosedFormStart"/>.</summary>
/// <param name="Words">The most words of the vocabulary.</param>
/// <param name="Ridge">The penalty.</param>
/// <param name="Pictures">Labelled training pictures that take part; 1 or more.</param>
public sealed record AdapterStartOptions(int Words, double Ridge, int Pictures)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.words", Words, 1),
        Rule.Above($"{name}.ridge", Ridge, 0),
        Rule.AtLeast($"{name}.pictures", Pictures, 1));
}

/// <summary>
/// Codes edited in training, with the truth edited along: the features that carry the label are set to zero, and those of another word raised.
/// </summary>
/// <param name="Share">The share of pictures edited, 0..1.</param>
/// <param name="MostFeatures">The most features taken of a word; how many is drawn from the powers of two up to it.</param>
/// <param name="LeastStrength">The least value features are raised to, in multiples of their observed maximum.</param>
/// <param name="MostStrength">The highest value.</param>
/// <param name="VocabularyShare">How often the other word is any of the vocabulary and not a label of a training picture, 0..1.</param>
public sealed record AdapterEditOptions(double Share, int MostFeatures, double LeastStrength, double MostStrength, double VocabularyShare)
{
    internal string? Problem(string name) => Rule.First(
        Rule.Within($"{name}.share", Share, 0, 1),
        Rule.AtLeast($"{name}.most_features", MostFeatures, 1),
        Rule.Above($"{name}.least_strength", LeastStrength, 0),
        Rule.AtLeast($"{name}.most_strength", MostStrength, LeastStrength),
        Rule.Within($"{name}.vocabulary_share", VocabularyShare, 0, 1));
}

/// <summary>AdamW with a cosine schedule.</summary>
/// <param name="Rate">The highest learning rate.</param>
/// <param name="FirstLayerRate">That of the first layer's matrix: most features are rare, and one step moves all that a picture has.</param>
/// <param name="WeightDecay">On matrices; vectors have none.</param>
/// <param name="WarmupSteps">Steps over which the rate rises from zero.</param>
/// <param name="ClipNorm">The largest norm of the gradient.</param>
public sealed record AdapterOptimizerOptions(double Rate, double FirstLayerRate, double WeightDecay, int WarmupSteps, double ClipNorm)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.rate", Rate, 0),
        Rule.AtLeast($"{name}.first_layer_rate", FirstLayerRate, 0),
        Rule.AtLeast($"{name}.weight_decay", WeightDecay, 0),
        Rule.AtLeast($"{name}.warmup_steps", WarmupSteps, 0),
        Rule.Above($"{name}.clip_norm", ClipNorm, 0));
}
