using System.Net;
using System.Xml;
using System.Xml.Linq;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>What a drawing of the Open Clip Art Library says of itself, in the RDF of its metadata element.</summary>
/// <param name="Label">Its title, cleaned; null where it has none that tells anything.</param>
/// <param name="Tags">Its keywords.</param>
/// <param name="PublicDomain">Whether it is given to the public domain.</param>
internal sealed record OpenClipartMetadata(string? Label, IReadOnlyList<string> Tags, bool PublicDomain)
{
    private static readonly XNamespace Dc = "http://purl.org/dc/elements/1.1/";

    /// <summary>Null when the file is no readable XML or has no metadata.</summary>
    public static OpenClipartMetadata? Read(string file)
    {
        try
        {
            var settings = new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null };
            using XmlReader reader = XmlReader.Create(file, settings);
            while (reader.Read())
            {
                if (reader.NodeType == XmlNodeType.Element && reader.LocalName == "metadata")
                {
                    return Parse((XElement)XNode.ReadFrom(reader));
                }
            }
        }
        catch (XmlException)
        {
            // Some drawings are no well-formed XML; they have no usable metadata then.
        }

        return null;
    }

    /// <summary>A file name or title as words: no underscores, no number at the end.</summary>
    public static string Words(string text)
    {
        string words = string.Join(' ', text.Replace('_', ' ').Replace('@', ' ').Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return words.TrimEnd("0123456789 -.".ToCharArray());
    }

    private static OpenClipartMetadata Parse(XElement metadata)
    {
        // Agents (creator, publisher) have titles of their own.
        string title = metadata.Descendants(Dc + "title").FirstOrDefault(t => t.Parent!.Name.LocalName == "Work")?.Value ?? "";
        title = Words(WebUtility.HtmlDecode(title));

        // Where one author saved his drawings under the title of another drawing, only the file name tells what is shown.
        if (title.StartsWith("Clipart by", StringComparison.Ordinal))
        {
            title = "";
        }

        string[] tags = [.. metadata.Descendants(Dc + "subject").Descendants().Where(e => e.Name.LocalName == "li")
            .Select(e => WebUtility.HtmlDecode(e.Value).Trim()).Where(t => t.Length > 0 && t != "hash").Distinct(StringComparer.Ordinal)];
        bool publicDomain = metadata.Descendants().Where(e => e.Name.LocalName == "license")
            .Any(e => e.Attributes().Any(a => a.Value.Contains("publicdomain", StringComparison.OrdinalIgnoreCase)));
        return new OpenClipartMetadata(title.Any(char.IsLetter) ? title : null, tags, publicDomain);
    }
}
