using SparseClip.Vlm.Modeling.Baselines;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>How a model, or a dictionary over the dense one, turns frozen states into what is measured. Results are the caller's.</summary>
/// <param name="Dimension">D, the number of features of a code.</param>
/// <param name="Codes">[B, e] -> [B, D], what L0 and features are counted in.</param>
/// <param name="Images">Codes [B, D] -> [B, d], what is compared with texts.</param>
/// <param name="Texts">States [N, w] -> [N, d].</param>
public sealed record StudyEmbedder(int Dimension, Func<Tensor, Tensor> Codes, Func<Tensor, Tensor> Images, Func<Tensor, Tensor> Texts)
{
    /// <summary>A model compares its codes with texts as they are.</summary>
    /// <param name="model">In evaluation mode; not owned.</param>
    public static StudyEmbedder Of(StudyModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return new StudyEmbedder(model.Config.Dimension, model.image.forward, codes => codes.alias(), model.text.forward);
    }

    /// <summary>A dictionary over the unit embeddings of a dense model: pictures are compared by what it reconstructs.</summary>
    /// <param name="dense">The dense twin, in evaluation mode; not owned.</param>
    /// <param name="coder">The dictionary; not owned.</param>
    public static StudyEmbedder Of(StudyModel dense, ISparseCoder coder)
    {
        ArgumentNullException.ThrowIfNull(dense);
        ArgumentNullException.ThrowIfNull(coder);
        return new StudyEmbedder(coder.Dimension, pooled => coder.Encode(Units(dense, pooled)), coder.Decode, dense.text.forward);
    }

    /// <summary>Unit embeddings of pooled pictures. [B, e] -> [B, d]</summary>
    public static Tensor Units(StudyModel dense, Tensor pooled) => nn.functional.normalize(dense.image.forward(pooled), dim: 1);
}
