using SparseClip.Vlm.Data.Loading;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>Where a training run reads and writes.</summary>
/// <param name="ModelsFolder">The folder that the preset's paths are relative to.</param>
/// <param name="Output">The run's folder.</param>
/// <param name="OpenLoader">Opens a loader, not started, of pictures of the given side in pixels.</param>
/// <param name="CheckpointSeconds">Training time between checkpoints.</param>
/// <param name="ValidationSeconds">Training time between validations.</param>
/// <param name="CachedTexts">The most captions whose frozen states are remembered.</param>
/// <param name="Init">A finished model to start from instead of the preset's trunk (see <see cref="Modeling.Towers.TrunkReader"/>); null for none.</param>
/// <param name="FreezeTrunk">Whether no block of the trunk is trained, whatever the preset says: heads and text side only.</param>
/// <param name="FreezeImage">Whether the text side alone is trained: of a finished model the image codes stay what they are.</param>
/// <param name="Note">Gets a line about what the run starts from or where it goes on; null for nobody.</param>
public sealed record ClipTrainerOptions(
    string ModelsFolder, string Output, Func<int, ClipBatchLoader> OpenLoader,
    double CheckpointSeconds = 240, double ValidationSeconds = 300, int CachedTexts = 120_000,
    string? Init = null, bool FreezeTrunk = false, bool FreezeImage = false, Action<string>? Note = null)
{
    /// <summary>What else the run is made from, by name, as hashes of the content: a run goes on with the same only.</summary>
    public IReadOnlyDictionary<string, string> Inputs { get; init; } = new Dictionary<string, string>();
}
