namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>Where things are.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>The built command line, of the configuration that the tests were built with.</summary>
    public static string CommandLine => Path.Combine(
        Root, "artifacts", "bin", "SparseClip.Vlm.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "sparseclip.dll");

    /// <summary>The bundle to serve: SPARSECLIP_BUNDLE, else models/default.</summary>
    public static string Bundle => Environment.GetEnvironmentVariable("SPARSECLIP_BUNDLE") is { Length: > 0 } named
        ? named
        : Path.Combine(Root, "models", "default");

    /// <summary>Whether the bundle is the one that ships, so that its answers can be held to something.</summary>
    public static bool IsDefaultBundle => Bundle == Path.Combine(Root, "models", "default");

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "SparseClip.Vlm.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The tests must run inside the repository.");
        }

        return folder;
    }
}
