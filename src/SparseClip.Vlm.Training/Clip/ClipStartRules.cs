using SparseClip.Vlm.Core.Problems;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Presets;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>Which presets go with what a run starts from.</summary>
/// <param name="Trunk">The trunk's shape.</param>
/// <param name="Blocks">Its blocks.</param>
/// <param name="Cut">The first block that is going to be trained.</param>
/// <param name="IsFinished">Whether the run starts from a finished tower of ours.</param>
/// <param name="IsFromNothing">Whether the trunk's weights are random.</param>
internal sealed record ClipStartRules(IVisionTrunkConfig Trunk, int Blocks, int Cut, bool IsFinished, bool IsFromNothing)
{
    private bool TrainsTrunk => Cut <= Blocks;

    /// <summary>What does not go together and what to do, as sentences; null if all does.</summary>
    public string? Problem(ClipPreset preset, bool freezeImage) => Rule.First(
        Size("image_size", preset.ImageSize),
        preset.First is { } first ? Size("first.image_size", first.ImageSize) : null,
        Cut < 0 || Cut > Blocks + 1
            ? $"The preset's trained_from_block {Cut} does not fit the trunk, which has {Blocks} blocks: 0 trains all of it, {Blocks + 1} (or --freeze-trunk) nothing."
            : null,
        preset.StartShare > 0 && !IsFinished
            ? $"The preset keeps a share of {preset.StartShare} of the tower that is started from: name it with --init, or set start_share to 0."
            : null,
        freezeImage ? Frozen(preset) : null,
        preset.DistinctBatches is not null && TrainsTrunk
            ? "What a trunk that is trained makes of pictures cannot be remembered: give --freeze-trunk or --freeze-image, or set distinct_batches of the preset to null."
            : null,
        preset.PhotographBalance is not null && (!IsFinished || freezeImage || TrainsTrunk)
            ? "What tells photographs from drawn pictures is read off a finished tower's trunk that stays as it is, under an image head that may move: "
                + "name the tower with --init and give --freeze-trunk, or set photograph_balance of the preset to null."
            : null,
        IsFromNothing && Cut > 0
            ? "A trunk from nothing has to be trained whole: set trained_from_block of the preset to 0 and give no --freeze-trunk, or start from trained weights (a folder as 'trunk', or --init)."
            : null);

    private string? Frozen(ClipPreset preset) =>
        !IsFinished ? "A frozen image side has to be a trained one: name a tower with --init, or leave --freeze-image out."
        : preset.Balance is not null ? "A frozen image side has no biases to balance: set balance of the preset to null, or leave --freeze-image out."
        : null;

    private string? Size(string name, int size) => Trunk.SizeProblem(size) is { } problem ? $"The preset's {name} does not fit the trunk: {problem}." : null;
}
