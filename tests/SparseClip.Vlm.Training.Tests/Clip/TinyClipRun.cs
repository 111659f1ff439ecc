using System.Text.Json;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Clip;
using SparseClip.Vlm.Training.Clip.Presets;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Tests.Clip;

/// <summary>The folder of a training of a few steps, by a handful of pictures and the real text layers.</summary>
internal sealed class TinyClipRun : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-run-");

    /// <summary>A recipe for the pretrained trunk with its last block trained.</summary>
    public static ClipPreset Preset(double seconds) => new()
    {
        Trunk = "pretrained/efficientnet-lite0",
        ImageSize = 64,
        Dimension = 64,
        HeadBias = -0.5f,
        TrainedFromBlock = 15,
        Text = new TextTowerConfig([0, 1], 576, 32, 16, 0),
        Batch = new ClipBatchComposition(2, 1, 2, 1),
        Distillation = new DistillationOptions(16, 3, 1, 0.1),
        Optimizer = new ClipOptimizerOptions(1e-3, 1e-4, 0.05, 2, 1),
        MaximumLogitScale = 40,
        ExcludedArtists = [],
        Minutes = seconds / 60,
        Seed = 1,
        NamingWeight = 1,
        Balance = new ClipBalanceOptions(0.01, 0.1, 2e-3, 0),
    };

    /// <summary>A path in the run's folder.</summary>
    public string File(params string[] parts) => Path.Combine([_folder.FullName, .. parts]);

    /// <summary>A shape of a vision transformer of two narrow blocks, as a file in the run's folder.</summary>
    public string VitConfigFile()
    {
        var config = (VisionTransformerConfig)VisionTrunks.LoadConfig(RepositoryFiles.Model("presets", "trunks", "vit-tiny-16.json")) with { Width = 32, Depth = 2, Heads = 2, MlpWidth = 48 };
        System.IO.File.WriteAllText(File("vit.json"), JsonSerializer.Serialize(config, ConfigFile.Options));
        return File("vit.json");
    }

    /// <summary>Trains, or goes on.</summary>
    /// <returns>The tower's file.</returns>
    public string Train(
        ClipPreset preset, Action<TrainingProgress>? report = null, string? init = null, bool freeze = false, bool freezeImage = false, CancellationToken? token = null,
        Action<int>? opened = null, Action<string>? note = null, int cachedTexts = 1000)
    {
        var options = new ClipTrainerOptions(
            RepositoryFiles.Model(),
            _folder.FullName,
            size =>
            {
                opened?.Invoke(size);
                return ClipBatchLoader.Open(FinishedParts.Data, new ClipLoaderOptions
                {
                    Size = size,
                    Icons = preset.Batch.Icons,
                    Scenes = preset.Batch.Scenes,
                    Photos = preset.Batch.Photographs,
                    Extras = preset.Batch.Extras,
                    Words = preset.Words?.Count ?? 0,
                    Seed = preset.Seed,
                });
            },
            Init: init, FreezeTrunk: freeze, FreezeImage: freezeImage, CachedTexts: cachedTexts, Note: note);
        return new ClipTrainer(options, preset, FinishedParts.States).Train(report ?? (_ => { }), null, token ?? TestContext.Current.CancellationToken);
    }

    /// <summary>How far the run's checkpoint is.</summary>
    public TrainingState Checkpoint() => JsonSerializer.Deserialize<TrainingState>(System.IO.File.ReadAllText(File("checkpoint", "state.json")), ConfigFile.Options)!;

    public void Dispose() => _folder.Delete(recursive: true);
}
