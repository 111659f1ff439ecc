namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// The whole picture and every square of half its side, in steps of one patch. As a region's pre-activations are the mean of its patches', the code of each
/// costs one projection and no further pass through the trunk.
/// </summary>
public static class PictureWindows
{
    /// <summary>The patches' weights of the windows, the whole picture first, each of sum 1. [1 + (grid - side + 1)^2][grid x grid], side = grid / 2 rounded up</summary>
    /// <param name="grid">Patches along one side, 1 or more.</param>
    public static float[][] Weights(int grid)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(grid, 1);
        var side = (grid + 1) / 2;
        var places = grid - side + 1;
        var windows = new float[1 + (places * places)][];
        windows[0] = [.. Enumerable.Repeat(1f / (grid * grid), grid * grid)];
        for (var window = 1; window < windows.Length; window++)
        {
            var (top, left) = ((window - 1) / places, (window - 1) % places);
            windows[window] = new float[grid * grid];
            for (var cell = 0; cell < side * side; cell++)
            {
                windows[window][((top + (cell / side)) * grid) + left + (cell % side)] = 1f / (side * side);
            }
        }

        return windows;
    }
}
