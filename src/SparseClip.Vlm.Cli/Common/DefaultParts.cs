namespace SparseClip.Vlm.Cli.Common;

/// <summary>Parts of the bundle that ships, for commands that need one part only.</summary>
internal static class DefaultParts
{
    /// <summary>The bundle that ships.</summary>
    public static string Bundle() => Path.Combine(ModelsFolder.Find(), "default");

    /// <summary>Its language model.</summary>
    /// <exception cref="FileNotFoundException">The bundle has none.</exception>
    public static string LanguageModel() =>
        Directory.EnumerateFiles(Bundle(), "*.gguf").Order(StringComparer.Ordinal).FirstOrDefault()
        ?? throw new FileNotFoundException($"No .gguf file in {Bundle()}. Give one with --language-model.");
}
