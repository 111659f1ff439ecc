using System.Globalization;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>An icon set in the IconifyJSON format: bodies of SVG without the frame, and the frame's numbers beside them.</summary>
internal sealed class IconifySet
{
    private readonly Dictionary<string, JsonElement> icons = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> aliases = new(StringComparer.Ordinal);
    private readonly Frame defaults;

    private IconifySet(JsonElement root)
    {
        defaults = new Frame(0, 0, 16, 16).Over(root);
        foreach (JsonProperty icon in root.GetProperty("icons").EnumerateObject())
        {
            icons[icon.Name] = icon.Value.Clone();
        }

        if (root.TryGetProperty("aliases", out JsonElement others))
        {
            foreach (JsonProperty alias in others.EnumerateObject())
            {
                aliases[alias.Name] = alias.Value.Clone();
            }
        }
    }

    /// <summary>Names of the icons in the order of the file, aliases not included.</summary>
    public IReadOnlyCollection<string> Names => icons.Keys;

    /// <param name="file">An <c>icons.json</c>.</param>
    /// <exception cref="DataBuildException">It is missing or no IconifyJSON.</exception>
    public static IconifySet Load(string file) => JsonFile.Read(file, root => new IconifySet(root));

    /// <summary>Whether there is an icon or an alias of this name.</summary>
    public bool Contains(string name) => icons.ContainsKey(name) || aliases.ContainsKey(name);

    /// <summary>The whole SVG document of an icon or alias; an alias is its parent, turned or mirrored.</summary>
    /// <exception cref="DataBuildException">There is no such icon, or an alias leads nowhere.</exception>
    public byte[] Svg(string name)
    {
        var wrappers = new List<(JsonElement Alias, string Name)>();
        string at = name;
        while (!icons.ContainsKey(at))
        {
            if (!aliases.TryGetValue(at, out JsonElement alias) || wrappers.Count > 8)
            {
                throw new DataBuildException($"The icon set has no icon '{name}'. Fetch the package again.");
            }

            wrappers.Add((alias, at));
            at = alias.GetProperty("parent").GetString()!;
        }

        JsonElement icon = icons[at];
        Frame frame = defaults.Over(icon);
        string body = Turn(icon, icon.GetProperty("body").GetString()!, ref frame);
        for (int i = wrappers.Count - 1; i >= 0; i--)
        {
            frame = frame.Over(wrappers[i].Alias);
            body = Turn(wrappers[i].Alias, body, ref frame);
        }

        string f(double v) => v.ToString(CultureInfo.InvariantCulture);
        return Encoding.UTF8.GetBytes(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" xmlns:xlink=\"http://www.w3.org/1999/xlink\" " +
            $"width=\"{f(frame.Width)}\" height=\"{f(frame.Height)}\" viewBox=\"{f(frame.Left)} {f(frame.Top)} {f(frame.Width)} {f(frame.Height)}\">{body}</svg>");
    }

    private static string Turn(JsonElement element, string body, ref Frame frame)
    {
        double cx = frame.Left + (frame.Width / 2), cy = frame.Top + (frame.Height / 2);
        string f(double v) => v.ToString(CultureInfo.InvariantCulture);
        bool flip(string name) => element.TryGetProperty(name, out JsonElement value) && value.ValueKind == JsonValueKind.True;
        if (flip("hFlip") || flip("vFlip"))
        {
            double sx = flip("hFlip") ? -1 : 1, sy = flip("vFlip") ? -1 : 1;
            body = $"<g transform=\"translate({f(cx - (sx * cx))} {f(cy - (sy * cy))}) scale({f(sx)} {f(sy)})\">{body}</g>";
        }

        int quarters = element.TryGetProperty("rotate", out JsonElement rotate) ? ((rotate.GetInt32() % 4) + 4) % 4 : 0;
        if (quarters > 0)
        {
            body = $"<g transform=\"rotate({quarters * 90} {f(cx)} {f(cy)})\">{body}</g>";
            if (quarters % 2 == 1)
            {
                frame = new Frame(cx - (frame.Height / 2), cy - (frame.Width / 2), frame.Height, frame.Width);
            }
        }

        return body;
    }

    private readonly record struct Frame(double Left, double Top, double Width, double Height)
    {
        public Frame Over(JsonElement element)
        {
            double or(string name, double value) => element.TryGetProperty(name, out JsonElement number) ? number.GetDouble() : value;
            return new Frame(or("left", Left), or("top", Top), or("width", Width), or("height", Height));
        }
    }
}
