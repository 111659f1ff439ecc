using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Clip.Presets;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// What a run starts from: a pretrained trunk of a folder, one from nothing, or the trunk of a finished model, with that model's heads and text side where they
/// fit the preset. It owns the trunk, and the model that is made of it.
/// </summary>
internal sealed class ClipStart : IDisposable
{
    private readonly ClipPreset _preset;
    private readonly string? _folder; // of a pretrained trunk
    private readonly string? _tower; // a tower of ours
    private SparseClipModel? _model; // with the trunk

    private ClipStart(ClipPreset preset, IVisionTrunk trunk, string description, string? folder = null, string? tower = null) =>
        (_preset, Trunk, Description, _folder, _tower) = (preset, trunk, description, folder, tower);

    /// <summary>The trunk, cut where it is going to be trained from.</summary>
    public IVisionTrunk Trunk { get; }

    /// <summary>One line for people.</summary>
    public string Description { get; private set; }

    private bool IsFromNothing { get; init; }

    /// <summary>Reads or makes the trunk.</summary>
    /// <exception cref="ConfigurationException">The preset does not fit the trunk, or names none.</exception>
    /// <exception cref="CheckpointException">Weights are missing or do not fit.</exception>
    public static ClipStart Open(ClipTrainerOptions options, ClipPreset preset)
    {
        var start = Find(options, preset);
        try
        {
            var trunk = start.Trunk;
            var cut = options.FreezeTrunk || options.FreezeImage ? trunk.BlockCount + 1 : preset.TrainedFromBlock;
            Check(start, options, preset, cut);
            trunk.SetTrainingFrom(cut);
            trunk.TrainedProducts = FastPrecision.Fastest;
            if (trunk is EfficientNetLite lite && !start.IsFromNothing)
            {
                lite.NormMomentum = 0.02; // good statistics are there already
            }

            return start;
        }
        catch
        {
            start.Dispose();
            throw;
        }
    }

    /// <summary>The teacher of the preset's distillation; null where there is none.</summary>
    public ClassTeacher? OpenTeacher(string modelsFolder)
    {
        if (_preset.Distillation is null)
        {
            return null;
        }

        var teacher = Path.GetFullPath(Path.Combine(modelsFolder, _preset.Teacher ?? _preset.Trunk));
        return ClassTeacher.Open(teacher, teacher == _folder ? Trunk : null);
    }

    /// <summary>Makes the model of the run; it belongs to this.</summary>
    /// <param name="freezeImage">Whether the image side has to be that of the finished model.</param>
    /// <exception cref="ConfigurationException">The finished model's heads have another shape than the preset's, and are to be kept.</exception>
    public SparseClipModel CreateModel(bool freezeImage)
    {
        var config = new SparseClipConfig(
            _preset.Dimension, _preset.ImageSize, Trunk.Config, Trunk.TrainingFrom, _preset.Text, _preset.HeadBias, _preset.Activation);
        _model = new SparseClipModel(config, Trunk, FastPrecision.Fastest, _preset.MaximumLogitScale);
        if (_tower is not null)
        {
            TakeOver(_tower, _model, freezeImage);
        }

        return _model;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        if (_model is null)
        {
            Trunk.Module.Dispose();
        }
        else
        {
            _model.Dispose(); // and the trunk with it
        }
    }

    /// <summary>The finished model's heads and text side, where they have the shape of the new one's.</summary>
    private void TakeOver(string tower, SparseClipModel model, bool freezeImage)
    {
        using var file = SafetensorsFile.Open(tower);
        var (own, other) = (model.Config, SparseClipConfig.Read(file));
        if (own.HasHeadsOf(other))
        {
            StrictLoader.Load(model, file);
            Trunk.WeightsChanged();
            Description += ", heads and text side";
            return;
        }

        var shapes = $"({other.Dimension} features, text width {other.Text.Width}) than in the preset ({own.Dimension}, {own.Text.Width})";
        Description += freezeImage || _preset.StartShare > 0
            ? throw new ConfigurationException(
                $"The heads of '{tower}' have another shape {shapes}, so it cannot be kept in what comes out: take the preset that it was trained by, or leave out --freeze-image and start_share.")
            : $"; heads and text side start anew, because they have another shape there {shapes}";
    }

    /// <summary>Moves all weights and statistics a share of the way back to the finished model that the run started from.</summary>
    /// <param name="model">The trained model.</param>
    public void MixInto(SparseClipModel model)
    {
        if (_tower is null || _preset.StartShare == 0)
        {
            return;
        }

        using var noGrad = no_grad();
        using var file = SafetensorsFile.Open(_tower);
        foreach (var (name, weights) in model.state_dict().Where(entry => entry.Value.is_floating_point()))
        {
            using var start = tensor(file.LoadFloats(name), weights.shape);
            weights.lerp_(start, _preset.StartShare);
        }

        Trunk.WeightsChanged();
    }

    private static ClipStart Find(ClipTrainerOptions options, ClipPreset preset)
    {
        if (options.Init is { } init)
        {
            var (trunk, tower) = TrunkReader.Open(init, preset.ImageSize);
            return new ClipStart(preset, trunk, $"'{init}': {Named(trunk)}", tower: tower);
        }

        var path = Path.GetFullPath(Path.Combine(options.ModelsFolder, preset.Trunk));
        if (Directory.Exists(path))
        {
            var trunk = VisionTrunks.FromPretrained(path, preset.ImageSize);
            return new ClipStart(preset, trunk, $"'{path}': {Named(trunk)}", folder: path);
        }

        if (!File.Exists(path))
        {
            throw new ConfigurationException(
                $"No trunk '{path}'. Set 'trunk' of the preset to the folder of a pretrained one ({VisionTrunks.ConfigName}, {VisionTrunks.WeightName}) or, to train one from nothing, to a configuration such as presets/trunks/vit-tiny-16.json; both are looked for in '{options.ModelsFolder}'.");
        }

        var config = VisionTrunks.LoadConfig(path);
        if (config.SizeProblem(preset.ImageSize) is { } problem)
        {
            throw new ConfigurationException($"The preset's image_size does not fit its trunk: {problem}.");
        }

        var made = config.ForSize(preset.ImageSize).Create(preset.ImageSize);
        return new ClipStart(preset, made, $"nothing: {Named(made)} by '{path}'") { IsFromNothing = true };
    }

    /// <exception cref="ConfigurationException">Preset, options and trunk do not go together.</exception>
    private static void Check(ClipStart start, ClipTrainerOptions options, ClipPreset preset, int cut)
    {
        var rules = new ClipStartRules(start.Trunk.Config, start.Trunk.BlockCount, cut, IsFinished: start._tower is not null, start.IsFromNothing);
        if (rules.Problem(preset, options.FreezeImage) is { } problem)
        {
            throw new ConfigurationException(problem);
        }
    }

    private static string Named(IVisionTrunk trunk) => $"a trunk '{trunk.Config.Architecture}' of {trunk.BlockCount} blocks, width {trunk.Width}";
}
