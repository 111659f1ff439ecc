using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Modeling.Text;

namespace SparseClip.Vlm.Modeling.Towers;

/// <summary>A trained tower with the frozen part of its text side: the one way to open them. Both are closed by <see cref="Dispose"/>; no file stays open.</summary>
public sealed class TrainedTower : IDisposable
{
    private readonly LanguageModelTextStates _states;
    private readonly KindredWords? _kindred;

    private TrainedTower(SparseClipModel model, LanguageModelTextStates states, KindredWords? kindred)
    {
        (Model, _states, _kindred) = (model, states, kindred);
        Texts = new SparseTextEncoder(model, states, kindred);
    }

    /// <summary>In evaluation mode, without gradients.</summary>
    public SparseClipModel Model { get; }

    /// <summary>The frozen part of the text side.</summary>
    public IFrozenTextStates States => _states;

    /// <summary>The text side.</summary>
    public SparseTextEncoder Texts { get; }

    /// <summary>Opens both.</summary>
    /// <param name="tower">A tower's file, or the folder of the run that trained it.</param>
    /// <param name="languageModel">The GGUF whose first layers read text.</param>
    /// <param name="kindred">What gives words that the tower never met their codes; null to go by the tower alone.</param>
    /// <exception cref="CheckpointException">The tower or the kindred words cannot be read.</exception>
    /// <exception cref="GgufException">The language model cannot be read or lacks one of the layers.</exception>
    /// <exception cref="ConfigurationException">The tower was trained with another language model, or the kindred words are those of another tower.</exception>
    public static TrainedTower Open(string tower, string languageModel, KindredWordFiles? kindred = null)
    {
        var model = OpenModel(tower);
        LanguageModelTextStates? states = null;
        KindredWords? words = null;
        try
        {
            states = LanguageModelTextStates.Open(languageModel, model.Config.Text.Layers);
            words = kindred is null ? null : KindredWords.Open(kindred);
            return new TrainedTower(model, states, words);
        }
        catch
        {
            words?.Dispose();
            states?.Dispose();
            model.Dispose();
            throw;
        }
    }

    /// <summary>Opens the model alone; the caller's.</summary>
    /// <param name="tower">As for <see cref="Open"/>.</param>
    /// <exception cref="CheckpointException">The tower cannot be read.</exception>
    public static SparseClipModel OpenModel(string tower)
    {
        using var weights = SafetensorsFile.Open(Directory.Exists(tower) ? Path.Combine(tower, TrunkReader.TowerName) : tower);
        return SparseClipModel.Load(weights);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _kindred?.Dispose();
        _states.Dispose();
        Model.Dispose();
    }
}
