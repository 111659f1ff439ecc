using System.Globalization;
using System.Net;
using System.Text;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Pieces of a page, escaped.</summary>
internal static class HtmlText
{
    public static string Escape(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A table whose first cells are row headings.</summary>
    public static string Table(string caption, IReadOnlyList<string> columns, IEnumerable<IReadOnlyList<string>> rows)
    {
        var html = new StringBuilder($"<div class=\"scroll\" tabindex=\"0\" role=\"region\" aria-label=\"{Escape(caption)}\"><table><caption>{Escape(caption)}</caption><thead><tr>");
        foreach (var column in columns)
        {
            html.Append($"<th scope=\"col\">{Escape(column)}</th>");
        }

        html.Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            html.Append($"<tr><th scope=\"row\">{Escape(row[0])}</th>");
            foreach (var cell in row.Skip(1))
            {
                html.Append($"<td>{Escape(cell)}</td>");
            }

            html.Append("</tr>");
        }

        return html.Append("</tbody></table></div>\n").ToString();
    }

    /// <summary>A plot inside the page, with links to its files beside the page.</summary>
    /// <param name="folder">Where the files lie.</param>
    /// <param name="name">Without extension.</param>
    /// <param name="text">What is to be seen, for those who do not see it.</param>
    public static string Figure(string folder, string name, string text)
    {
        var picture = Convert.ToBase64String(File.ReadAllBytes(Path.Combine(folder, name + ".svg")));
        return $"<figure><img src=\"data:image/svg+xml;base64,{picture}\" alt=\"{Escape(text)}\" width=\"900\" height=\"560\">"
            + $"<figcaption>{Escape(text)} <a href=\"{name}.svg\">SVG</a> <a href=\"{name}.png\">PNG</a></figcaption></figure>\n";
    }

    /// <summary>What follows from the numbers, each with a mark that is also a word.</summary>
    public static string Findings(IEnumerable<Finding> findings) => "<ul class=\"findings\">" + string.Concat(findings.Select(finding =>
        $"<li class=\"{finding.Verdict.ToString().ToLowerInvariant()}\"><strong>{Mark(finding.Verdict)}</strong> {Escape(finding.Text)}</li>")) + "</ul>\n";

    public static string Percent(double share) => share.ToString("0.0%", CultureInfo.InvariantCulture);

    public static string Number(double? value, string form) => value is { } number ? number.ToString(form, CultureInfo.InvariantCulture) : "–";

    private static string Mark(Verdict verdict) => verdict switch
    {
        Verdict.Agrees => "agrees",
        Verdict.Differs => "differs",
        Verdict.Undecided => "undecided",
        _ => "not in the paper",
    };
}
