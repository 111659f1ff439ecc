namespace SparseClip.Vlm.Benchmarks;

/// <summary>Finds committed files from wherever the program runs.</summary>
internal static class Repository
{
    private static readonly string Root = FindRoot();

    public static string File(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string FindRoot()
    {
        var folder = AppContext.BaseDirectory;
        while (!System.IO.File.Exists(Path.Combine(folder, "SparseClip.Vlm.sln")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The benchmarks must run inside the repository.");
        }

        return folder;
    }
}
