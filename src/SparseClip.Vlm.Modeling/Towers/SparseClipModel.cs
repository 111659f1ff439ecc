using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Losses;
using SparseClip.Vlm.Modeling.Sparsity;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Vision;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Towers;

#pragma warning disable IDE1006, CA1051 // Field names are checkpoint keys.

/// <summary>
/// Sparse CLIP (Qin et al., ICLR 2026, section 2): a vision trunk and a text head, each ending in a sparse head of D features, and the
/// learned logit scale. The frozen language-model layers below the text head are not part of it.
/// </summary>
public sealed class SparseClipModel : nn.Module
{
    public readonly IVisionTrunk trunk; // a module
    public readonly SparseHead image_head;
    public readonly TextHead text_head;
    public readonly LogitScale scale;

    /// <param name="config">The shape.</param>
    /// <param name="trunk">A trunk to take over (it is owned from now on); null for an untrained one.</param>
    /// <param name="matmulType">The type of the sparse heads' training products.</param>
    /// <param name="logitScaleCap">The highest logit scale in training.</param>
    public SparseClipModel(SparseClipConfig config, IVisionTrunk? trunk = null, ScalarType matmulType = ScalarType.Float32, double logitScaleCap = 100)
        : base(nameof(SparseClipModel))
    {
        Config = config;
        this.trunk = trunk ?? config.Trunk.Create(config.ImageSize);
        image_head = new SparseHead(this.trunk.Width, config.Dimension, config.HeadBias, matmulType, config.Activation);
        var text = config.Text;
        text_head = new TextHead(
            (long)text.StateWidth * text.Layers.Count, text.Hidden, text.Width, config.Dimension, config.HeadBias, text.Dropout, matmulType, config.Activation);
        scale = new LogitScale(logitScaleCap);
        RegisterComponents();
        this.OwnTensors();
    }

    /// <summary>The shape it was built with.</summary>
    public SparseClipConfig Config { get; }

    /// <summary>Normalises squares of bytes.</summary>
    /// <param name="pixels">[B, S, S, 3] uint8.</param>
    /// <returns>[B, 3, S, S] float32 with channels-last strides.</returns>
    public Tensor Normalize(Tensor pixels) => trunk.Normalization.Apply(pixels);

    /// <summary>Reads a model from a weight file, in evaluation mode.</summary>
    /// <param name="file">A file that <see cref="Save"/> wrote.</param>
    /// <exception cref="CheckpointException">The file is no Sparse CLIP or does not fit its own configuration.</exception>
    public static SparseClipModel Load(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        var model = new SparseClipModel(SparseClipConfig.Read(file));
        try
        {
            StrictLoader.Load(model, file);
            CheckCut(model, file.Path);
            model.trunk.SetTrainingFrom(model.Config.TrainedFromBlock);
            model.eval();
            foreach (var parameter in model.parameters())
            {
                parameter.requires_grad = false;
            }

            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Writes the weights with the configuration inside: matrices and convolutions as <paramref name="matrices"/>, everything else as float32.</summary>
    /// <exception cref="CheckpointException">The file cannot be written.</exception>
    public void Save(string path, ScalarType matrices = ScalarType.Float32)
    {
        var state = state_dict();
        SafetensorsWriter.Write(
            path,
            state.Select(entry => KeyValuePair.Create(entry.Key, entry.Value)),
            HeaderConfig.Of(SparseClipConfig.MetadataKey, Config),
            name => state[name].dim() >= 2 ? matrices : ScalarType.Float32);
    }

    private static void CheckCut(SparseClipModel model, string path)
    {
        var (cut, blocks) = (model.Config.TrainedFromBlock, model.trunk.BlockCount);
        if (cut < 0 || cut > blocks + 1)
        {
            throw new CheckpointException(path, $"it says that its trunk was trained from block {cut} on, but the trunk has {blocks} blocks", "Give the file as 'sparseclip train clip' wrote it");
        }
    }
}
