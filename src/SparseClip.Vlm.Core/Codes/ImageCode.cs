namespace SparseClip.Vlm.Core.Codes;

/// <summary>
/// One picture as the sparse tower sees it: the pooled code (what the contrastive loss sees) and one code for each patch of a
/// GridHeight x GridWidth grid, row by row from the top left. All codes have the same dimension.
/// </summary>
public sealed record ImageCode
{
    /// <exception cref="ArgumentException">The number of patches is not GridHeight x GridWidth, or the dimensions differ.</exception>
    public ImageCode(SparseCode pooled, IReadOnlyList<SparseCode> patches, int gridHeight, int gridWidth)
    {
        ArgumentNullException.ThrowIfNull(pooled);
        ArgumentNullException.ThrowIfNull(patches);
        if (patches.Count != gridHeight * gridWidth)
        {
            throw new ArgumentException($"{patches.Count} patch codes for a grid of {gridHeight} x {gridWidth}.", nameof(patches));
        }

        foreach (var patch in patches)
        {
            if (patch.Dimension != pooled.Dimension)
            {
                throw new ArgumentException($"A patch code has {patch.Dimension} features, the pooled code {pooled.Dimension}.", nameof(patches));
            }
        }

        Pooled = pooled;
        Patches = patches;
        GridHeight = gridHeight;
        GridWidth = gridWidth;
    }

    /// <summary>The code of the whole picture.</summary>
    public SparseCode Pooled { get; }

    /// <summary>The codes of the patches, row-major. [GridHeight x GridWidth]</summary>
    public IReadOnlyList<SparseCode> Patches { get; }

    /// <summary>Rows of patches.</summary>
    public int GridHeight { get; }

    /// <summary>Columns of patches.</summary>
    public int GridWidth { get; }
}
