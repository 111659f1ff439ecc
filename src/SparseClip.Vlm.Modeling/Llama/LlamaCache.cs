namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Keys and values of a running generation, so that a new token costs one position. Belongs to one model and one batch.</summary>
public sealed class LlamaCache : IDisposable
{
    private readonly List<LayerCache> _layers = [];

    /// <summary>Positions seen so far.</summary>
    public long Length { get; private set; }

    /// <inheritdoc />
    public void Dispose() => _layers.ForEach(layer => layer.Dispose());

    internal LayerCache Layer(int index)
    {
        while (_layers.Count <= index)
        {
            _layers.Add(new LayerCache());
        }

        return _layers[index];
    }

    internal void Advance(long positions) => Length += positions;
}
