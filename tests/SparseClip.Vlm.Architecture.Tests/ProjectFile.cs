using System.Xml.Linq;

namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>What one csproj file declares.</summary>
internal sealed class ProjectFile
{
    private const string Prefix = "SparseClip.Vlm.";
    private readonly XDocument _xml;

    public ProjectFile(string path)
    {
        Path = path;
        _xml = XDocument.Load(path);
    }

    public string Path { get; }

    /// <summary>The name without the common prefix: Core, Modeling.Tests.</summary>
    public string Name => Short(System.IO.Path.GetFileNameWithoutExtension(Path));

    /// <summary>The short names of the projects it references.</summary>
    public IEnumerable<string> ProjectReferences => Included("ProjectReference")
        .Select(include => Short(System.IO.Path.GetFileNameWithoutExtension(include.Replace('\\', '/'))));

    public IEnumerable<string> PackageReferences => Included("PackageReference");

    public IEnumerable<string> FrameworkReferences => Included("FrameworkReference");

    /// <summary>Package references that carry a version of their own.</summary>
    public IEnumerable<string> PackagesWithVersion => _xml.Descendants()
        .Where(element => element.Name.LocalName is "PackageReference" or "PackageVersion")
        .Where(element => element.Attributes().Any(a => a.Name.LocalName is "Version" or "VersionOverride")
            || element.Elements().Any(e => e.Name.LocalName is "Version" or "VersionOverride"))
        .Select(element => (string?)element.Attribute("Include") ?? (string?)element.Attribute("Update") ?? "?");

    private IEnumerable<string> Included(string item) => _xml.Descendants()
        .Where(element => element.Name.LocalName == item)
        .Select(element => (string?)element.Attribute("Include"))
        .OfType<string>();

    private static string Short(string name) => name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name;
}
