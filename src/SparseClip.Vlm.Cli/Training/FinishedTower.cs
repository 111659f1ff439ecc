using System.CommandLine;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Modeling.Vision;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Cli.Training;

/// <summary>A trained sparse tower that a command changes without training, with the texts' frozen part.</summary>
internal sealed class FinishedTower : IDisposable
{
    private readonly SafetensorsFile _weights;
    private readonly GgufFile _languageModel;
    private readonly LanguageModelTextStates _states;

    private FinishedTower(SafetensorsFile weights, SparseClipModel model, GgufFile languageModel)
    {
        (_weights, Model, _languageModel) = (weights, model, languageModel);
        _states = new LanguageModelTextStates(languageModel, model.Config.Text.Layers, FastPrecision.Fastest);
    }

    /// <summary>In evaluation mode.</summary>
    public SparseClipModel Model { get; }

    /// <summary>The frozen part of the text tower.</summary>
    public IFrozenTextStates States => _states;

    /// <summary><c>--tower</c></summary>
    public static Option<FileInfo> CreateTowerOption() => new PathOption<FileInfo>("--tower", PathKind.InputFile) { Description = "The tower's weights.", Required = true };

    /// <exception cref="CheckpointException">It cannot be read, or it is dense.</exception>
    public static FinishedTower Open(FileInfo tower, FileInfo? languageModel)
    {
        var weights = SafetensorsFile.Open(tower.FullName);
        SparseClipModel? model = null;
        try
        {
            model = SparseClipModel.Load(weights);
            return model.Config.Activation == HeadActivation.Relu
                ? new FinishedTower(weights, model, GgufFile.Open(languageModel?.FullName ?? DefaultParts.LanguageModel()))
                : throw new CheckpointException(weights.Path, "its codes are not sparse", "Give a sparse tower");
        }
        catch
        {
            model?.Dispose();
            weights.Dispose();
            throw;
        }
    }

    /// <summary>Writes it, in half precision.</summary>
    public void Save(FileInfo output)
    {
        output.Directory!.Create();
        Model.Save(output.FullName, ScalarType.Float16);
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _states.Dispose();
        _languageModel.Dispose();
        Model.Dispose();
        _weights.Dispose();
    }
}
