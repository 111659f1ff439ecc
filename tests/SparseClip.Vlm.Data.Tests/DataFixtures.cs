using System.Runtime.CompilerServices;

namespace SparseClip.Vlm.Data.Tests;

/// <summary>Tiny hand-made packages (tests/fixtures/data/packages), laid out as npm and dpkg-deb unpack the real ones.</summary>
internal static class DataFixtures
{
    public static string Packages { get; } = Path.Combine(Root(), "tests", "fixtures", "data", "packages");

    public static string WordNetFolder { get; } = Path.Combine(Packages, "debian-wordnet-base", "usr", "share", "wordnet");

    /// <summary>Puts the packages into a data folder's cache, so that nothing is fetched.</summary>
    public static void FillCache(string dataFolder)
    {
        foreach (string file in Directory.GetFiles(Packages, "*", SearchOption.AllDirectories))
        {
            string copy = Path.Combine(dataFolder, "cache", Path.GetRelativePath(Packages, file));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy, overwrite: true);
        }
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}

/// <summary>A folder of its own for a test, deleted after it.</summary>
internal sealed class TemporaryFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("sparseclip-data-").FullName;

    public string File(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
