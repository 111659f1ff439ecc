using SparseClip.Vlm.Modeling.Checkpoints;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>A task that a checkpoint can be taken of.</summary>
public interface IResumable
{
    /// <summary>What has to be kept beside the model and the optimiser, by name.</summary>
    IReadOnlyDictionary<string, Tensor> State { get; }

    /// <summary>Writes the model in full precision.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    void SaveModel(string path);

    /// <summary>Reads what <see cref="SaveModel"/> wrote.</summary>
    /// <exception cref="CheckpointException">The file is damaged or of another shape.</exception>
    void LoadModel(string path);

    /// <summary>Takes <see cref="State"/> from a file that holds it.</summary>
    /// <exception cref="CheckpointException">Something is missing.</exception>
    void Restore(SafetensorsFile file);
}
