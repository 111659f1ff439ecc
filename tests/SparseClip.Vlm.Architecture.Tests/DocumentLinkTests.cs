using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>Where a document or a comment sends its reader, there is something.</summary>
public sealed partial class DocumentLinkTests
{
    private static readonly string[] s_written = [".md", ".cs", ".razor", ".sh", ".props", ".targets", ".csproj"];

    [Fact]
    public void A_document_that_is_named_is_there()
    {
        var links = Texts().SelectMany(text => NamedFile().Matches(text.Content).Select(match => (text.File, Named: match.Value))).ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(File.Exists(Path.Combine(Repository.Root, link.Named)), link.ToString()));
    }

    [Fact]
    public void A_section_that_is_named_is_a_heading_there()
    {
        var links = Texts()
            .SelectMany(text => NamedSection().Matches(text.Content).Select(match => (text.File, Document: match.Groups[1].Value, Section: match.Groups[2].Value.Replace('\n', ' '))))
            .ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.Contains(link.Section, Headings(Path.Combine(Repository.Root, link.Document))));
    }

    [Fact]
    public void A_link_of_a_document_leads_to_a_file_and_a_heading()
    {
        var links = Texts()
            .Where(text => text.File.EndsWith(".md", StringComparison.Ordinal))
            .SelectMany(text => MarkdownLink().Matches(text.Content).Select(match => (text.File, Path: match.Groups[1].Value, Anchor: match.Groups[2].Value)))
            .Where(link => !link.Path.Contains("://", StringComparison.Ordinal))
            .ToList();

        Assert.NotEmpty(links);
        Assert.All(links, link => Assert.True(Leads(link.File, link.Path, link.Anchor), link.ToString()));
    }

    private static bool Leads(string from, string path, string anchor)
    {
        var target = path.Length == 0 ? Path.Combine(Repository.Root, from) : Path.Combine(Repository.Root, Path.GetDirectoryName(from)!, path);
        return (File.Exists(target) || Directory.Exists(target)) && (anchor.Length == 0 || Headings(target).Select(Anchor).Contains(anchor));
    }

    /// <summary>As the usual viewers of Markdown make it of a heading.</summary>
    private static string Anchor(string heading) => NotInAnchor().Replace(heading.ToLowerInvariant(), "").Replace(' ', '-');

    private static IEnumerable<string> Headings(string file) => File.ReadLines(file).Where(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim());

    /// <summary>Every text that people wrote, by its path in the repository.</summary>
    private static IEnumerable<(string File, string Content)> Texts() =>
        from top in new[] { "", "docs", "models", "src", "web", "tests", "eng" }
        let folder = Path.Combine(Repository.Root, top)
        from file in Directory.EnumerateFiles(folder, "*", top.Length == 0 ? SearchOption.TopDirectoryOnly : SearchOption.AllDirectories)
        where s_written.Contains(Path.GetExtension(file)) || (top == "eng" && Path.GetExtension(file).Length == 0)
        select (Path.GetRelativePath(Repository.Root, file), File.ReadAllText(file));

    [GeneratedRegex(@"\bdocs/[\w./-]+\.(?:md|html|png)\b")]
    private static partial Regex NamedFile();

    [GeneratedRegex("""(docs/[\w./-]+\.md)`?, "([^"]+)["]""")]
    private static partial Regex NamedSection();

    [GeneratedRegex(@"\]\(([^)#\s]*)(?:#([^)\s]+))?\)")]
    private static partial Regex MarkdownLink();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchor();
}
