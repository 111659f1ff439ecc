using System.Runtime.InteropServices;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Towers;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>The codes of training pictures, each of which is noted by the edits: their strengths count in units of the largest value seen.</summary>
/// <param name="images">The tower; not owned.</param>
/// <param name="edits">The edits.</param>
public sealed class PictureCodes(SparseImageEncoder images, CodeEdits edits)
{
    private const string Maximum = "edits.maximum";

    /// <summary>What edits codes.</summary>
    public CodeEdits Edits => edits;

    /// <summary>What has to be kept for a run to go on; in the caller's dispose scope.</summary>
    public IReadOnlyDictionary<string, Tensor> State => new Dictionary<string, Tensor> { [Maximum] = tensor(edits.Maximum.ToArray()) };

    /// <summary>The codes of a batch in the host's memory, where they are edited. [B, 1 + patches, D]</summary>
    public Tensor Encode(AdapterBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var pixels = PixelTensor.Of(batch.Pixels, batch.Count, batch.Size);
        var codes = images.PooledAndPatches(pixels).contiguous().ToHost();
        var values = MemoryMarshal.Cast<byte, float>(codes.bytes);
        var perPicture = values.Length / batch.Count;
        for (var i = 0; i < batch.Count; i++)
        {
            edits.Observe(values.Slice(i * perPicture, images.Dimension));
        }

        return codes.MoveToOuterDisposeScope();
    }

    /// <summary>Takes <see cref="State"/> from a file that holds it.</summary>
    /// <exception cref="CheckpointException">It is missing.</exception>
    public void Restore(SafetensorsFile file)
    {
        ArgumentNullException.ThrowIfNull(file);
        edits.Observe(file.LoadFloats(Maximum));
    }
}
