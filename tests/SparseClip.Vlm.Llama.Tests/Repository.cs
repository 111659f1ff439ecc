namespace SparseClip.Vlm.Llama.Tests;

/// <summary>Finds files of the repository the tests were built in.</summary>
internal static class Repository
{
    public static string File(string path)
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (System.IO.File.Exists(Path.Combine(folder, "SparseClip.Vlm.sln")))
            {
                return Path.Combine(folder, path);
            }
        }

        throw new FileNotFoundException("The tests run outside the repository.");
    }
}
