using SparseClip.Vlm.Data.Building;


namespace SparseClip.Vlm.Data.Sources;

/// <summary>Lists files of an unpacked package in a stable order.</summary>
internal static class PackageFiles
{
    /// <exception cref="DataBuildException">The folder is not there or has no such file: another version of the package.</exception>
    public static IReadOnlyList<string> List(string folder, string pattern, PackageReference package)
    {
        string[] files = Directory.Exists(folder) ? Directory.GetFiles(folder, pattern, SearchOption.AllDirectories) : [];
        if (files.Length == 0)
        {
            throw new DataBuildException(
                $"Package '{package.Name}' has no {pattern} files in '{folder}'. Delete the package's folder in the cache and run the command again; if that does not help, this distribution's version of the package is not supported.");
        }

        Array.Sort(files, StringComparer.Ordinal);
        return files;
    }
}
