using NetVips;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>Many pictures of one size in a grid, to look at what a loader makes.</summary>
public static class ContactSheet
{
    private const int Gap = 4;

    /// <summary>Writes a PNG (beside, then renamed).</summary>
    /// <param name="path">The file.</param>
    /// <param name="pixels">[B, S, S, 3] sRGB bytes.</param>
    /// <param name="size">Side S.</param>
    /// <param name="chosen">Positions in the batch, in reading order.</param>
    /// <param name="columns">Pictures a row.</param>
    public static void Write(string path, ReadOnlySpan<byte> pixels, int size, IReadOnlyList<int> chosen, int columns = 12)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(columns, 1);
        var (cell, rows) = (size + Gap, (chosen.Count + columns - 1) / columns);
        var (width, height) = ((columns * cell) + Gap, (rows * cell) + Gap);
        var sheet = new byte[width * height * 3];
        sheet.AsSpan().Fill(128);
        for (var i = 0; i < chosen.Count; i++)
        {
            var picture = pixels.Slice(chosen[i] * size * size * 3, size * size * 3);
            var (left, top) = ((i % columns * cell) + Gap, (i / columns * cell) + Gap);
            for (var y = 0; y < size; y++)
            {
                picture.Slice(y * size * 3, size * 3).CopyTo(sheet.AsSpan((((top + y) * width) + left) * 3));
            }
        }

        using var image = Image.NewFromMemory(sheet, width, height, 3, Enums.BandFormat.Uchar);
        var partial = path + ".partial";
        File.WriteAllBytes(partial, image.PngsaveBuffer());
        File.Move(partial, path, overwrite: true);
    }
}
