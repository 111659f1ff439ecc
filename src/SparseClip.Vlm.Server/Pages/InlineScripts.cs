using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Server.Pages;

/// <summary>The scripts that stand within a page: the import map that publishing writes into it. Each is allowed by its hash, and no other is.</summary>
internal static partial class InlineScripts
{
    /// <summary>The sources of a content security policy that allow them (CSP Level 3, section 2.3.1).</summary>
    /// <param name="html">The page.</param>
    public static IEnumerable<string> Sources(string html) => Script().Matches(html)
        .Where(script => !script.Groups[1].Value.Contains("src=", StringComparison.OrdinalIgnoreCase))
        .Select(script => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[2].Value.ReplaceLineEndings("\n"))))}'");

    [GeneratedRegex("<script([^>]*)>(.*?)</script>", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex Script();
}
