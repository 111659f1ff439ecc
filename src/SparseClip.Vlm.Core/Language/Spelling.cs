namespace SparseClip.Vlm.Core.Language;

/// <summary>How far apart two spellings are.</summary>
public static class Spelling
{
    /// <summary>
    /// The least number of letters to insert, delete, replace or swap with a neighbour (optimal string alignment, after Damerau 1964), letters in lower case.
    /// </summary>
    public static int Distance(string left, string right)
    {
        var (before, above, row) = (new int[right.Length + 1], Enumerable.Range(0, right.Length + 1).ToArray(), new int[right.Length + 1]);
        for (var i = 0; i < left.Length; i++)
        {
            row[0] = i + 1;
            for (var j = 0; j < right.Length; j++)
            {
                var change = above[j] + (Same(left[i], right[j]) ? 0 : 1);
                row[j + 1] = Math.Min(change, Math.Min(row[j], above[j + 1]) + 1);
                if (i > 0 && j > 0 && Same(left[i], right[j - 1]) && Same(left[i - 1], right[j]))
                {
                    row[j + 1] = Math.Min(row[j + 1], before[j - 1] + 1);
                }
            }

            (before, above, row) = (above, row, before);
        }

        return above[^1];
    }

    private static bool Same(char left, char right) => char.ToLowerInvariant(left) == char.ToLowerInvariant(right);
}
