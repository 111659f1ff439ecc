namespace SparseClip.Vlm.Data.Sources;

/// <summary>Where a package is fetched from.</summary>
public enum PackageRegistry
{
    /// <summary>The npm registry, with <c>npm pack</c>.</summary>
    Npm,

    /// <summary>Debian's archive, with <c>apt-get download</c>.</summary>
    Debian,
}

/// <summary>A package whose files are used; it is unpacked into a cache folder, never installed.</summary>
/// <param name="Registry">Where it is fetched from.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Version">The pinned version; null for Debian packages, which the distribution pins.</param>
public sealed record PackageReference(PackageRegistry Registry, string Name, string? Version)
{
    /// <summary>A package of the npm registry.</summary>
    public static PackageReference Npm(string name, string version) => new(PackageRegistry.Npm, name, version);

    /// <summary>A package of Debian's archive.</summary>
    public static PackageReference Debian(string name) => new(PackageRegistry.Debian, name, null);

    /// <summary>
    /// How the catalogue names it: "iconify-json-noto-1.2.9" (the name of npm's archive without its extension) or
    /// "debian:openclipart-png".
    /// </summary>
    public string Id => Registry == PackageRegistry.Npm
        ? $"{Name.TrimStart('@').Replace('/', '-')}-{Version}"
        : $"debian:{Name}";

    /// <summary>Name of its folder in the cache.</summary>
    public string FolderName => Id.Replace(':', '-');
}
