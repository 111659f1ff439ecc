namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Keys and values of a running generation, so that a new token costs one position. Belongs to one model and one batch.</summary>
public sealed class LlamaCache : IDisposable
{
    private readonly List<LayerCache> _layers = [];

    /// <summary>Positions seen so far.</summary>
    public long Length { get; private set; }

    /// <summary>
    /// Whether passes continue after these positions without adding their own: a common beginning, computed once for one sequence, that batches of
    /// any size share.
    /// </summary>
    public bool IsFixed { get; private set; }

    /// <summary>Makes it a common beginning; see <see cref="IsFixed"/>.</summary>
    public void Fix() => IsFixed = true;

    /// <summary>A cache that continues this one for a batch of its own and can be added to; the caller owns it.</summary>
    /// <param name="batch">B of the continuation; this cache was made for one sequence.</param>
    public LlamaCache Branch(long batch)
    {
        var branch = new LlamaCache { Length = Length };
        foreach (var layer in _layers)
        {
            branch._layers.Add(layer.Branch(batch));
        }

        return branch;
    }

    /// <inheritdoc />
    public void Dispose() => _layers.ForEach(layer => layer.Dispose());

    internal LayerCache Layer(int index)
    {
        while (_layers.Count <= index)
        {
            _layers.Add(new LayerCache());
        }

        _layers[index].IsFixed = IsFixed;
        return _layers[index];
    }

    internal void Advance(long positions) => Length += IsFixed ? 0 : positions;
}
