using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Evaluation;

/// <summary>Patches against the box of a thing: where a feature's heat map lies, and which patches the box covers.</summary>
public static class HeatMapScore
{
    /// <summary>How far from the box a peak may lie: 15 pixels of 224, as in the pointing game of Zhang et al. 2016.</summary>
    private const float Tolerance = 15f / 224;

    /// <summary>
    /// Whether the peak of the map lies in the box, or as near to it as the tolerance. The peak is the centre of the highest cell, which is also
    /// where the bilinearly interpolated map is highest.
    /// </summary>
    /// <param name="map">[grid x grid], row-major.</param>
    /// <param name="grid">Patches along one side.</param>
    /// <param name="box">The box, in shares of the picture's side.</param>
    public static bool PeakLiesIn(ReadOnlySpan<float> map, int grid, SceneBox box)
    {
        var best = 0;
        for (var cell = 1; cell < map.Length; cell++)
        {
            best = map[cell] > map[best] ? cell : best;
        }

        var (x, y) = (((best % grid) + 0.5f) / grid, ((best / grid) + 0.5f) / grid);
        return x >= box.Left - Tolerance && x <= box.Right + Tolerance && y >= box.Top - Tolerance && y <= box.Bottom + Tolerance;
    }

    /// <summary>The positive part of the map inside the box.</summary>
    public static double MassIn(ReadOnlySpan<float> map, int grid, SceneBox box)
    {
        var mass = 0.0;
        for (var cell = 0; cell < map.Length; cell++)
        {
            mass += Math.Max(0, map[cell]) * Overlap(cell, grid, box);
        }

        return mass;
    }

    /// <summary>The patches of a box, weighted by how much of the box lies in each. [grid x grid], of sum 1; all alike for a box without area.</summary>
    /// <param name="grid">Patches along one side.</param>
    /// <param name="box">The box, in shares of the picture's side.</param>
    public static float[] Weights(int grid, SceneBox box)
    {
        var weights = Enumerable.Range(0, grid * grid).Select(cell => Overlap(cell, grid, box)).ToArray();
        var area = weights.Sum();
        return [.. weights.Select(weight => (float)(area > 0 ? weight / area : 1.0 / weights.Length))];
    }

    /// <summary>The common area of a cell and a box, in shares of the picture's.</summary>
    private static double Overlap(int cell, int grid, SceneBox box)
    {
        var (left, top) = (cell % grid / (float)grid, cell / grid / (float)grid);
        var width = Math.Min(box.Right, left + (1f / grid)) - Math.Max(box.Left, left);
        var height = Math.Min(box.Bottom, top + (1f / grid)) - Math.Max(box.Top, top);
        return Math.Max(0, width) * Math.Max(0, height);
    }
}
