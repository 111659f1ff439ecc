using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Clip.Presets;

/// <summary>A recipe for a Sparse CLIP tower: shape, data mixture and optimisation. Read from models/presets/*.json.</summary>
public sealed record ClipPreset
{
    /// <summary>
    /// Where the vision trunk comes from, relative to the repository's models folder: the folder of a pretrained one (config.json, model.safetensors), or a
    /// configuration file (*.json), by which one is made and trained from nothing.
    /// </summary>
    public required string Trunk { get; init; }

    /// <summary>The side of the square input in pixels; 32..512, and what the trunk takes.</summary>
    public required int ImageSize { get; init; }

    /// <summary>D, the number of features; 1 or more.</summary>
    public required int Dimension { get; init; }

    /// <summary>The start of the heads' biases: below zero for sparse heads, 0 for the dense twin.</summary>
    public required float HeadBias { get; init; }

    /// <summary>The first trained block of the trunk; those below are frozen. 0 for a trunk from nothing.</summary>
    public required int TrainedFromBlock { get; init; }

    /// <summary>The text side.</summary>
    public required TextTowerConfig Text { get; init; }

    /// <summary>The composition of a batch.</summary>
    public required ClipBatchComposition Batch { get; init; }

    /// <summary>The distillation of a pretrained classifier's classes; null for none: then there is no teacher and no picture but captioned ones.</summary>
    public required DistillationOptions? Distillation { get; init; }

    /// <summary>Learning rates and their schedule.</summary>
    public required ClipOptimizerOptions Optimizer { get; init; }

    /// <summary>The cap of the logit scale, 1 or more: the knob of sparsity (Sparse CLIP, section 2, third observation).</summary>
    public required float MaximumLogitScale { get; init; }

    /// <summary>Icon families left out of training.</summary>
    public required IReadOnlyList<string> ExcludedArtists { get; init; }

    /// <summary>The training time, 0 or more; the learning rate reaches zero when it is used up.</summary>
    public required double Minutes { get; init; }

    /// <summary>The seed of the weights and of the data.</summary>
    public required int Seed { get; init; }

    /// <summary>The number of steps, 1 or more, instead of a time: for runs that are to be compared; null to train by time.</summary>
    public long? Steps { get; init; }

    /// <summary>What follows the final projections; none trains the dense twin.</summary>
    public HeadActivation Activation { get; init; } = HeadActivation.Relu;

    /// <summary>Smaller pictures for the first part of the training; null for one size throughout.</summary>
    public ClipFirstPart? First { get; init; }

    /// <summary>The weight of the term that has every picture name its things, 0 or more; 0 for none.</summary>
    public double NamingWeight { get; init; }

    /// <summary>The bounds of how often a feature of the image codes is active; null for none.</summary>
    public ClipBalanceOptions? Balance { get; init; }

    /// <summary>The same bounds for the codes of those pictures' captions; null for none.</summary>
    public ClipBalanceOptions? TextBalance { get; init; }

    /// <summary>
    /// The bounds for photographs alone, held by lowering the bias of a feature for photographs (<see cref="PhotographReadout"/>) while its bias for drawn pictures stays; null for none. Only over a
    /// frozen trunk.
    /// </summary>
    public ClipBalanceOptions? PhotographBalance { get; init; }

    /// <summary>How words find the labels that they can be said of, from text to text; null for not at all.</summary>
    public ClipWordOptions? Words { get; init; }

    /// <summary>
    /// The share of the tower that the run started from in the weights that are saved, 0..1; the rest is what was learned. The mean of both keeps more of what the start
    /// knew than the end of the training does (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", section 3). 0 where nothing finished is started from.
    /// </summary>
    public double StartShare { get; init; }

    /// <summary>
    /// How many batches of pictures are drawn; after them the same pictures come again with new captions, and what the trunk made of them is remembered, so that a step costs a
    /// fraction. Only for a frozen trunk; 1 or more, null for new pictures in every step.
    /// </summary>
    public int? DistinctBatches { get; init; }

    /// <summary>The folder of the classifier that is distilled (also with imagenet-classes.json), relative to the models folder; null for that of <see cref="Trunk"/>.</summary>
    public string? Teacher { get; init; }

    /// <summary>How long is trained and by what steps.</summary>
    internal TrainingSchedule Schedule => new(new TrainingLength(Minutes, Steps), Optimizer.WarmupSteps, Optimizer.WeightDecay, Optimizer.ClipNorm);

    /// <exception cref="ConfigurationException">The file is missing or no such preset, or a value in it cannot be.</exception>
    public static ClipPreset Load(string path)
    {
        var preset = ConfigFile.Load<ClipPreset>(path);
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
    public string? Problem() => Rule.First(Range(), Parts(), Together());

    /// <summary>The side of the pictures in pixels when a share of the training, 0..1, is done.</summary>
    public int SizeAt(double used) => First is { } first && used < first.Share ? first.ImageSize : ImageSize;

    private string? Range() => Rule.First(
        Rule.Within("image_size", ImageSize, 32, 512),
        Rule.AtLeast("dimension", Dimension, 1),
        float.IsFinite(HeadBias) ? null : Rule.Wrong("head_bias", HeadBias, "a number"),
        Rule.AtLeast("trained_from_block", TrainedFromBlock, 0),
        Rule.AtLeast("maximum_logit_scale", MaximumLogitScale, 1),
        Rule.AtLeast("minutes", Minutes, 0),
        Steps is { } steps ? Rule.AtLeast("steps", steps, 1) : null,
        Rule.AtLeast("naming_weight", NamingWeight, 0),
        Rule.Within("start_share", StartShare, 0, 1),
        DistinctBatches is { } distinct ? Rule.AtLeast("distinct_batches", distinct, 1) : null);

    private string? Parts() => Rule.First(
        Text.Problem("text"),
        Batch.Problem("batch"),
        Distillation?.Problem("distillation"),
        Optimizer.Problem("optimizer"),
        First?.Problem("first"),
        Balance?.Problem("balance"),
        TextBalance?.Problem("text_balance"),
        PhotographBalance?.Problem("photograph_balance"),
        Words?.Problem("words"));

    private string? Together() =>
        DistinctBatches is not null && First is not null ? "distinct_batches and first exclude each other: pictures that come again have one size"
        : Balance?.Follow is not null ? "balance.follow would have the pictures follow themselves: it belongs to text_balance"
        : PhotographBalance is { Follow: not null } or { Photographs: true } ? "photograph_balance is of photographs alone and follows nothing: leave its photographs and follow out"
        : PhotographBalance is not null && (Batch.Photographs == 0 || Batch.Icons + Batch.Scenes == 0) ? "photograph_balance needs photographs and drawn pictures in a batch, to tell them apart"
        : Distillation is null && Batch.Extras > 0 ? $"batch.extras is {Batch.Extras}, but without a distillation nothing is learned from pictures without captions: set it to 0"
        : Distillation is not null && Batch.Photographs + Batch.Extras == 0 ? "distillation chooses classes by photographs, but batch.photographs and batch.extras are 0: give some, or set distillation to null"
        : Distillation is null && Teacher is not null ? "it names a teacher, but distillation is null: nothing would be learned from it"
        : Distillation is not null && Teacher is null && Trunk.EndsWith(".json", StringComparison.Ordinal)
            ? "a trunk from nothing is no teacher: set teacher to the folder of a pretrained classifier, such as pretrained/efficientnet-lite0, or distillation to null"
        : null;
}
