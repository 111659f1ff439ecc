namespace SparseClip.Vlm.Modeling.Adapter;

/// <summary>The shape of an adapter and the constants that belong to its weights.</summary>
/// <param name="Dimension">D of the codes it reads.</param>
/// <param name="Hidden">Width of the hidden layer.</param>
/// <param name="Width">d, the embedding size of the language model.</param>
/// <param name="Patches">Number of patch codes, a square grid.</param>
/// <param name="PooledScale">Factor on pooled codes, chosen so that their norm is near 4.</param>
/// <param name="PatchScale">Factor on patch codes, chosen likewise.</param>
/// <param name="Spread">The standard deviation of the language model's token embeddings, the unit of the output.</param>
/// <param name="Window">The side of the windows, in patches, whose mean code becomes one embedding; it divides the side of the grid.</param>
public sealed record AdapterConfig(
    int Dimension, int Hidden, int Width, int Patches, float PooledScale, float PatchScale, float Spread, int Window = 1)
{
    /// <summary>The norm that codes are scaled to on average.</summary>
    public const float CodeNorm = 4f;

    /// <summary>The key of the safetensors header under which the configuration is kept as JSON.</summary>
    public const string MetadataKey = "adapter_config";

    /// <summary>Patches along one side.</summary>
    public int Side => (int)Math.Sqrt(Patches);

    /// <summary>Embeddings an image takes: the pooled code's and one for each window.</summary>
    public int Slots => 1 + (Patches / (Window * Window));

    /// <summary>Whether the grid is a square and the windows divide it.</summary>
    public bool HasWholeWindows => Window >= 1 && Side * Side == Patches && Side % Window == 0;
}
