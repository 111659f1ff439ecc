namespace SparseClip.Vlm.Data.Sources;

/// <summary>Where the packages of a source lie, unpacked.</summary>
/// <param name="folders">Folder of every package that was fetched.</param>
public sealed class PackageFolders(IReadOnlyDictionary<PackageReference, string> folders)
{
    /// <summary>Path of a file or folder inside a package.</summary>
    /// <param name="package">One of the packages the source announced.</param>
    /// <param name="parts">Path inside it (npm packages begin with "package").</param>
    public string Path(PackageReference package, params string[] parts) =>
        System.IO.Path.Combine([folders[package], .. parts]);
}
