using System.Numerics.Tensors;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Modeling.Adapter;

namespace SparseClip.Vlm.Inference.Adapting;

/// <summary>
/// The adapter at work (Sparse CLIP, section 4), without torch: its first layer gathers only the active features, so it costs what a code's L0 costs and not
/// what its dimension would. Equals <see cref="AdapterModel"/> up to rounding. Immutable, so thread-safe.
/// </summary>
public sealed class SparseAdapter : IImageAdapter
{
    private readonly AdapterArrays _arrays;
    private readonly SparseLinear _first;

    /// <param name="arrays">The weights.</param>
    public SparseAdapter(AdapterArrays arrays)
    {
        ArgumentNullException.ThrowIfNull(arrays);
        _first = SparseLinear.FromRows(arrays.FirstWeight, arrays.FirstBias);
        // The rows of the first layer are needed no more: its columns are kept.
        _arrays = arrays with { FirstWeight = [], FirstBias = [] };
    }

    /// <inheritdoc />
    public int Dimension => _arrays.Config.Dimension;

    /// <inheritdoc />
    public int EmbeddingSize => _arrays.Config.Width;

    /// <inheritdoc />
    public int Embeddings => _arrays.Config.Slots;

    /// <summary>Reads an adapter file.</summary>
    /// <exception cref="Modeling.Checkpoints.CheckpointException">The file is no adapter or is damaged.</exception>
    public static SparseAdapter Load(string path)
    {
        using var model = AdapterModel.Load(path);
        return new SparseAdapter(model.ToArrays());
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The code has another dimension or another number of patches than the adapter was trained on.</exception>
    public float[] Adapt(ImageCode code)
    {
        ArgumentNullException.ThrowIfNull(code);
        var config = _arrays.Config;
        if (code.Patches.Count != config.Patches)
        {
            throw new ArgumentException($"The picture has {code.Patches.Count} patches, the adapter was trained on {config.Patches}.", nameof(code));
        }

        var embeddings = new float[config.Slots * config.Width];
        var hidden = new float[config.Hidden];
        for (var slot = 0; slot < config.Slots; slot++)
        {
            FirstLayer(code, slot, hidden);
            Gelu.Apply(hidden);
            SecondLayer(hidden, slot, embeddings.AsSpan(slot * config.Width, config.Width));
        }

        return embeddings;
    }

    /// <summary>Of the pooled code, or of the mean code of a window.</summary>
    private void FirstLayer(ImageCode code, int slot, float[] hidden)
    {
        var config = _arrays.Config;
        if (slot == 0)
        {
            _first.Multiply(code.Pooled, config.PooledScale, hidden);
            return;
        }

        var windows = config.Side / config.Window; // along one side
        var (top, left) = ((slot - 1) / windows * config.Window, (slot - 1) % windows * config.Window);
        _first.Begin(hidden);
        for (var i = 0; i < config.Window * config.Window; i++)
        {
            var patch = ((top + (i / config.Window)) * config.Side) + left + (i % config.Window);
            _first.Add(code.Patches[patch], config.PatchScale / (config.Window * config.Window), hidden);
        }
    }

    private void SecondLayer(float[] hidden, int slot, Span<float> output)
    {
        for (var row = 0; row < output.Length; row++)
        {
            var product = TensorPrimitives.Dot(hidden, _arrays.SecondWeight.AsSpan(row * hidden.Length, hidden.Length));
            output[row] = (product * _arrays.Gain[slot]) + _arrays.Offset[(slot * output.Length) + row];
        }
    }
}
