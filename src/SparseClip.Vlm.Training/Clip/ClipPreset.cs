using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>A recipe for a Sparse CLIP tower: shape, data mixture and optimisation. Read from models/presets/*.json.</summary>
/// <param name="Trunk">
/// Where the vision trunk comes from, relative to the repository's models folder: the folder of a pretrained one (config.json, model.safetensors), or a
/// configuration file (*.json), by which one is made and trained from nothing.
/// </param>
/// <param name="ImageSize">The side of the square input in pixels.</param>
/// <param name="Dimension">D, the number of features.</param>
/// <param name="HeadBias">The start of the heads' biases: below zero for sparse heads, 0 for the dense twin.</param>
/// <param name="TrainedFromBlock">The first trained block of the trunk; those below are frozen. 0 for a trunk from nothing.</param>
/// <param name="Text">The text side.</param>
/// <param name="Batch">The composition of a batch.</param>
/// <param name="Distillation">The distillation of a pretrained classifier's classes; null for none: then there is no teacher and no picture but captioned ones.</param>
/// <param name="Optimizer">Learning rates and their schedule.</param>
/// <param name="MaximumLogitScale">The cap of the logit scale: the knob of sparsity (Sparse CLIP, section 2, third observation).</param>
/// <param name="ExcludedArtists">Icon families left out of training.</param>
/// <param name="Minutes">The training time; the learning rate reaches zero when it is used up.</param>
/// <param name="Seed">The seed of the weights and of the data.</param>
/// <param name="Steps">The number of steps, instead of a time: for runs that are to be compared; null to train by time.</param>
/// <param name="Activation">What follows the final projections; none trains the dense twin.</param>
/// <param name="First">Smaller pictures for the first part of the training; null for one size throughout.</param>
/// <param name="NamingWeight">The weight of the term that has every picture name its things; 0 for none.</param>
/// <param name="Balance">The bounds of how often a feature of the image codes is active; null for none.</param>
/// <param name="TextBalance">The same bounds for the codes of those pictures' captions; null for none.</param>
/// <param name="PhotographBalance">
/// The bounds for photographs alone, held by lowering the bias of a feature for photographs (<see cref="PhotographReadout"/>) while its bias for drawn pictures stays; null for none. Only over a
/// frozen trunk.
/// </param>
/// <param name="Words">How words find the labels that they can be said of, from text to text; null for not at all.</param>
/// <param name="StartShare">
/// The share of the tower that the run started from in the weights that are saved, 0..1; the rest is what was learned. The mean of both keeps more of what the start
/// knew than the end of the training does (Wortsman et al. 2022, "Robust fine-tuning of zero-shot models", section 3). 0 where nothing finished is started from.
/// </param>
/// <param name="DistinctBatches">
/// How many batches of pictures are drawn; after them the same pictures come again with new captions, and what the trunk made of them is remembered, so that a step costs a
/// fraction. Only for a frozen trunk; 1 or more, null for new pictures in every step.
/// </param>
/// <param name="Teacher">The folder of the classifier that is distilled (also with imagenet-classes.json), relative to the models folder; null for that of <paramref name="Trunk"/>.</param>
public sealed record ClipPreset(
    string Trunk,
    int ImageSize,
    int Dimension,
    float HeadBias,
    int TrainedFromBlock,
    TextTowerConfig Text,
    ClipBatchComposition Batch,
    DistillationOptions? Distillation,
    ClipOptimizerOptions Optimizer,
    float MaximumLogitScale,
    IReadOnlyList<string> ExcludedArtists,
    double Minutes,
    int Seed,
    long? Steps = null,
    HeadActivation Activation = HeadActivation.Relu,
    ClipFirstPart? First = null,
    double NamingWeight = 0,
    ClipBalanceOptions? Balance = null,
    ClipBalanceOptions? TextBalance = null,
    ClipBalanceOptions? PhotographBalance = null,
    ClipWordOptions? Words = null,
    double StartShare = 0,
    int? DistinctBatches = null,
    string? Teacher = null)
{
    /// <exception cref="ConfigurationException">The file is missing or no such preset, or contradicts itself.</exception>
    public static ClipPreset Load(string path)
    {
        var preset = ConfigFile.Load<ClipPreset>(path);
        return preset.Problem() is { } problem ? throw new ConfigurationException($"Preset '{path}': {problem}.") : preset;
    }

    /// <summary>What contradicts itself; null if nothing does.</summary>
    public string? Problem() =>
        StartShare is < 0 or > 1 ? $"start_share is {StartShare}, but it is a share: give 0..1"
        : DistinctBatches < 1 ? $"distinct_batches is {DistinctBatches}: give 1 or more, or null for new pictures in every step"
        : DistinctBatches is not null && First is not null ? "distinct_batches and first exclude each other: pictures that come again have one size"
        : Balance?.Follow is not null ? "balance.follow would have the pictures follow themselves: it belongs to text_balance"
        : PhotographBalance is { Follow: not null } or { Photographs: true } ? "photograph_balance is of photographs alone and follows nothing: leave its photographs and follow out"
        : PhotographBalance is not null && (Batch.Photographs == 0 || Batch.Icons + Batch.Scenes == 0) ? "photograph_balance needs photographs and drawn pictures in a batch, to tell them apart"
        : Distillation is null && Batch.Extras > 0 ? $"batch.extras is {Batch.Extras}, but without a distillation nothing is learned from pictures without captions: set it to 0"
        : Distillation is null && Teacher is not null ? "it names a teacher, but distillation is null: nothing would be learned from it"
        : Distillation is not null && Teacher is null && Trunk.EndsWith(".json", StringComparison.Ordinal)
            ? "a trunk from nothing is no teacher: set teacher to the folder of a pretrained classifier, such as pretrained/efficientnet-lite0, or distillation to null"
        : null;

    /// <summary>The share of the training that is done, 0 or more; it is over at 1.</summary>
    /// <param name="steps">Steps done.</param>
    /// <param name="seconds">Training time used.</param>
    public double Used(long steps, double seconds) => Steps is { } planned ? (double)steps / planned : seconds / (Minutes * 60);

    /// <summary>The side of the pictures in pixels when a share of the training, 0..1, is done.</summary>
    public int SizeAt(double used) => First is { } first && used < first.Share ? first.ImageSize : ImageSize;
}

/// <summary>How often a feature may be active in the codes of icons and scenes, or of their captions; see <see cref="FeatureBalance"/>.</summary>
/// <param name="Least">Features that are active in a smaller share of the codes are raised, 0..1.</param>
/// <param name="Most">Those active in a larger share are lowered; at least <paramref name="Least"/>, at most 1.</param>
/// <param name="Rate">The step of a bias, in units of a pre-activation, at the highest learning rate; above 0.</param>
/// <param name="From">The share of the training at which it begins, 0..1.</param>
/// <param name="Photographs">Whether photographs count too. A feature is then held by the kind of picture in which it is active more often, so that it may belong to one kind alone.</param>
/// <param name="Follow">
/// Of the texts: how close a feature's share in captions has to be to its share in pictures, above 0..1 (0.5 for between half and double of it), within <paramref name="Least"/> and
/// <paramref name="Most"/>; null for the bounds alone.
/// </param>
public sealed record ClipBalanceOptions(double Least, double Most, double Rate, double From, bool Photographs = false, double? Follow = null)
{
    /// <exception cref="ArgumentOutOfRangeException">An option is out of its range.</exception>
    public void Validate()
    {
        ArgumentOutOfRangeException.ThrowIfNegative(Least);
        ArgumentOutOfRangeException.ThrowIfLessThan(Most, Least);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Most, 1);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(Rate);
        ArgumentOutOfRangeException.ThrowIfNegative(From);
        if (Follow is <= 0 or > 1)
        {
            throw new ArgumentOutOfRangeException(nameof(Follow), Follow, "A share above 0, up to 1, is needed; null to follow nothing.");
        }
    }
}

/// <summary>The term that has a word's code lie near the codes of the labels that it can be said of.</summary>
/// <param name="Count">The most words a step.</param>
/// <param name="Weight">The weight of the term.</param>
public sealed record ClipWordOptions(int Count, double Weight);

/// <summary>Progressive resizing (Howard and Gugger 2020; Touvron et al. 2019): small pictures first, because a step with them is several times as fast.</summary>
/// <param name="ImageSize">The side of the square input in pixels, a multiple of 32.</param>
/// <param name="Share">The share of the training, 0..1.</param>
public sealed record ClipFirstPart(int ImageSize, double Share);

/// <summary>How many pictures of each kind a batch has.</summary>
/// <param name="Icons">Single icons with a caption.</param>
/// <param name="Scenes">Scenes of several icons with a caption.</param>
/// <param name="Photographs">Photographs with a caption.</param>
/// <param name="Extras">Further crops and mixtures of photographs, for the distillation alone.</param>
public sealed record ClipBatchComposition(int Icons, int Scenes, int Photographs, int Extras);

/// <summary>The distillation of the teacher's classes into the shared space.</summary>
/// <param name="Classes">How many class names take part in a step.</param>
/// <param name="TeacherTop">How many of the teacher's best classes of every photograph are among them.</param>
/// <param name="PhotographWeight">The weight of the term on photographs and extras.</param>
/// <param name="IconWeight">The weight on icons and scenes.</param>
public sealed record DistillationOptions(int Classes, int TeacherTop, double PhotographWeight, double IconWeight);

/// <summary>AdamW with a cosine schedule.</summary>
/// <param name="HeadRate">The highest learning rate of the heads and of the text side.</param>
/// <param name="TrunkRate">The highest learning rate of the trunk's trained blocks.</param>
/// <param name="WeightDecay">On matrices and convolutions; vectors have none.</param>
/// <param name="WarmupSteps">Steps over which the rates rise from zero.</param>
/// <param name="ClipNorm">The largest norm of the gradient.</param>
public sealed record ClipOptimizerOptions(double HeadRate, double TrunkRate, double WeightDecay, int WarmupSteps, double ClipNorm);
