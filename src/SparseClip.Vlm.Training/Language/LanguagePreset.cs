using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Language;

/// <summary>A recipe for a language adapter. Read from models/presets/*.json.</summary>
/// <param name="Lora">The shape of the low-rank adaptation.</param>
/// <param name="Pictures">The training pictures whose codes are kept.</param>
/// <param name="Samples">What a step is made of.</param>
/// <param name="Optimizer">AdamW.</param>
/// <param name="ExcludedArtists">Icon families left out of training.</param>
/// <param name="Minutes">The training time; the learning rate reaches zero when it is used up.</param>
/// <param name="Seed">The seed of everything.</param>
/// <param name="Steps">Steps instead of a time, 1 or more; null for the time.</param>
public sealed record LanguagePreset(
    LoraShape Lora, LanguagePictureOptions Pictures, LanguageSampleOptions Samples, LanguageOptimizerOptions Optimizer, IReadOnlyList<string> ExcludedArtists, double Minutes, int Seed, long? Steps = null)
{
    /// <summary>How long is trained and by what steps.</summary>
    internal TrainingSchedule Schedule => new(new TrainingLength(Minutes, Steps), Optimizer.WarmupSteps, Optimizer.WeightDecay, Optimizer.ClipNorm);

    /// <exception cref="ConfigurationException">The file is missing or no such preset, or a value in it cannot be.</exception>
    public static LanguagePreset Load(string path)
    {
        var preset = ConfigFile.Load<LanguagePreset>(path);
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
        Lora.Problem("lora"), Pictures.Problem("pictures"), Samples.Problem("samples"), Optimizer.Problem("optimizer"), Rule.AtLeast("minutes", Minutes, 0), Rule.AtLeast("steps", Steps ?? 1, 1));

    /// <summary>What the loader of its pictures is told.</summary>
    /// <param name="size">The side of the tower's pictures in pixels.</param>
    public AdapterLoaderOptions LoaderOptions(int size) => new()
    {
        Size = size,
        BatchSize = Pictures.Batch,
        PhotoShare = Pictures.PhotographShare,
        IconShare = Pictures.IconShare,
        SceneObjects = 2,
        EqualShare = Pictures.EqualShare,
        Turns = (1, 1),
        ExcludedArtists = [.. ExcludedArtists],
        Seed = Seed,
    };
}

/// <summary>The training pictures.</summary>
/// <param name="Count">How many are encoded and kept, 1 or more; about 60 KiB each.</param>
/// <param name="Batch">How many are encoded at once.</param>
/// <param name="PhotographShare">The share of photographs, 0..1.</param>
/// <param name="IconShare">The share of icons, 0..1; the rest are scenes of one or two things.</param>
/// <param name="EqualShare">The share of the scenes that show one thing once or several times, 0..1.</param>
public sealed record LanguagePictureOptions(int Count, int Batch, double PhotographShare, double IconShare, double EqualShare)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.count", Count, 1),
        Rule.AtLeast($"{name}.batch", Batch, 1),
        Rule.Within($"{name}.photograph_share", PhotographShare, 0, 1),
        Rule.Within($"{name}.icon_share", IconShare, 0, 1),
        Rule.Within($"{name}.equal_share", EqualShare, 0, 1),
        Rule.Within($"the sum of {name}.photograph_share and icon_share", Math.Round(PhotographShare + IconShare, 9), 0, 1));
}

/// <summary>What a step is made of.</summary>
/// <param name="Batch">Dialogues a step, 1 or more.</param>
/// <param name="MicroBatch">Dialogues that pass the language model at once, 1 or more.</param>
/// <param name="EditedShare">The share of training pictures whose code is edited, 0..1.</param>
/// <param name="InventedShare">The share of codes that are made of words instead of pictures, 0..1; what is left after both are pictures as they are.</param>
/// <param name="TwoShare">The share of the pictures drawn, edited or not, that show two things, 0..1, as far as there are such pictures.</param>
/// <param name="Nouns">How many nouns beside the concepts are drawn from.</param>
/// <param name="MostFeatures">The most features taken of a word in an edit; how many is drawn from the powers of two up to it.</param>
/// <param name="LeastStrength">The least value features are raised to, in multiples of their observed maximum.</param>
/// <param name="MostStrength">The highest value.</param>
public sealed record LanguageSampleOptions(
    int Batch, int MicroBatch, double EditedShare, double InventedShare, double TwoShare, int Nouns, int MostFeatures, double LeastStrength, double MostStrength)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.batch", Batch, 1),
        Rule.AtLeast($"{name}.micro_batch", MicroBatch, 1),
        Rule.Within($"{name}.edited_share", EditedShare, 0, 1),
        Rule.Within($"{name}.invented_share", InventedShare, 0, 1),
        Rule.Within($"{name}.two_share", TwoShare, 0, 1),
        Rule.Within($"the sum of {name}.edited_share and invented_share", Math.Round(EditedShare + InventedShare, 9), 0, 1),
        Rule.AtLeast($"{name}.nouns", Nouns, 0),
        Rule.AtLeast($"{name}.most_features", MostFeatures, 1),
        Rule.Above($"{name}.least_strength", LeastStrength, 0),
        Rule.AtLeast($"{name}.most_strength", MostStrength, LeastStrength));
}

/// <summary>AdamW with a cosine schedule.</summary>
/// <param name="Rate">The highest learning rate.</param>
/// <param name="WeightDecay">On the factors.</param>
/// <param name="WarmupSteps">Steps over which the rate rises from zero.</param>
/// <param name="ClipNorm">The largest norm of the gradient.</param>
public sealed record LanguageOptimizerOptions(double Rate, double WeightDecay, int WarmupSteps, double ClipNorm)
{
    internal string? Problem(string name) => Rule.First(
        Rule.AtLeast($"{name}.rate", Rate, 0),
        Rule.AtLeast($"{name}.weight_decay", WeightDecay, 0),
        Rule.AtLeast($"{name}.warmup_steps", WarmupSteps, 0),
        Rule.Above($"{name}.clip_norm", ClipNorm, 0));
}
