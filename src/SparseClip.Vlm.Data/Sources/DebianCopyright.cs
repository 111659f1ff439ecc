using System.IO.Enumeration;
using SparseClip.Vlm.Data.Augmentation;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// The machine-readable copyright file of a Debian package (copyright-format 1.0): paragraphs of file patterns and their licence. By the
/// format the last paragraph that matches a file speaks for it, but wide patterns such as "mountain1*" also match what an earlier paragraph
/// credits to somebody: a file counts as public domain only when nothing about its folder says otherwise.
/// </summary>
internal sealed class DebianCopyright
{
    private readonly List<(string[] Patterns, string License)> paragraphs = [];

    public static DebianCopyright Parse(IEnumerable<string> lines)
    {
        var copyright = new DebianCopyright();
        var fields = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        string? field = null;
        foreach (string line in lines.Append(""))
        {
            if (string.IsNullOrWhiteSpace(line))
            {
                copyright.Add(fields);
                fields.Clear();
                field = null;
            }
            else if (char.IsWhiteSpace(line[0]))
            {
                if (field is not null)
                {
                    fields[field] += "\n" + line.Trim();
                }
            }
            else if (line.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
            {
                field = line[..colon];
                fields[field] = line[(colon + 1)..].Trim();
            }
        }

        return copyright;
    }

    /// <summary>Short names of the licences in all paragraphs that match a file by a pattern inside a folder.</summary>
    /// <param name="path">The file, as the patterns write it: "images/land/sea0.jpg".</param>
    /// <param name="folder">Patterns that do not begin with this ("*", "images/*") are passed over.</param>
    public IReadOnlyList<string> LicensesOf(string path, string folder) => [.. paragraphs
        .Where(p => p.Patterns.Any(pattern =>
            pattern.StartsWith(folder, StringComparison.Ordinal) && FileSystemName.MatchesSimpleExpression(pattern, path, ignoreCase: false)))
        .Select(p => p.License)];

    private void Add(Dictionary<string, string> fields)
    {
        if (fields.TryGetValue("Files", out string? files) && fields.TryGetValue("License", out string? license))
        {
            // Patterns hold no blanks: "?" stands for one.
            paragraphs.Add((files.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries), license.Split('\n')[0].Trim()));
        }
    }
}
