using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Evaluation;

/// <summary>Words that people would try first, in the order of everyday-words.txt. None is the subject of the sample pictures they are set on.</summary>
public static class EverydayWords
{
    private const string Resource = "everyday-words.txt";

    /// <summary>The words of the assembly's own list.</summary>
    public static IReadOnlyList<string> Default { get; } = ReadDefault();

    /// <summary>The words of a text: one a line, empty lines and those that begin with # left out.</summary>
    /// <exception cref="ConfigurationException">There is none.</exception>
    public static IReadOnlyList<string> Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        string[] words = [.. text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(line => line[0] != '#').Distinct(StringComparer.Ordinal)];
        return words.Length > 0 ? words : throw new ConfigurationException("The list has no words; give one a line.");
    }

    private static IReadOnlyList<string> ReadDefault()
    {
        using var stream = typeof(EverydayWords).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"The assembly lacks its resource {Resource}.");
        using var reader = new StreamReader(stream);
        return Parse(reader.ReadToEnd());
    }
}
