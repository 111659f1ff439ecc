namespace SparseClip.Vlm.Architecture.Tests;

/// <summary>The working tree that these tests were built from.</summary>
internal static class Repository
{
    public static string Root { get; } = FindRoot();

    /// <summary>All projects below src, web or tests, by name.</summary>
    public static IReadOnlyDictionary<string, ProjectFile> Projects(params string[] folders) => folders
        .Select(folder => Path.Combine(Root, folder))
        .Where(Directory.Exists)
        .SelectMany(folder => Directory.EnumerateFiles(folder, "*.csproj", SearchOption.AllDirectories))
        .Where(path => !path.Contains("/artifacts/", StringComparison.Ordinal))
        .Select(path => new ProjectFile(path))
        .ToDictionary(project => project.Name, StringComparer.Ordinal);

    private static string FindRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "SparseClip.Vlm.sln")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No SparseClip.Vlm.sln above {AppContext.BaseDirectory}; run the tests from inside the working tree.");
    }
}
