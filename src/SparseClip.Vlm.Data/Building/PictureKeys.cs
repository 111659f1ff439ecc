using System.Text;

namespace SparseClip.Vlm.Data.Building;

/// <summary>Makes the keys of a source's pictures: its name and the item's, safe as file names, without dots, each once.</summary>
internal sealed class PictureKeys(string source)
{
    // A ustar name field holds 100 bytes, extension included.
    private const int MaxLength = 88;
    private readonly HashSet<string> taken = new(StringComparer.Ordinal);

    public string Next(string item)
    {
        string stem = Path.ChangeExtension(item, null);
        var key = new StringBuilder(source).Append('-');
        foreach (char c in stem)
        {
            key.Append(char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '_');
        }

        string first = key.Length > MaxLength ? key.ToString(0, MaxLength) : key.ToString();
        string next = first;
        for (int n = 2; !taken.Add(next); n++)
        {
            next = $"{first}_{n}";
        }

        return next;
    }
}
