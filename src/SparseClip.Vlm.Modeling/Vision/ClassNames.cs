using System.Globalization;
using System.Text.Json;

namespace SparseClip.Vlm.Modeling.Vision;

/// <summary>A class that a pretrained trunk tells apart.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="Synset">The offset of its meaning in WordNet 3.0's <c>data.noun</c>.</param>
/// <param name="Lemmas">The words for it, its name among them.</param>
public sealed record ClassName(string Name, int Synset, IReadOnlyList<string> Lemmas);

/// <summary>The classes that a pretrained trunk tells apart, in the order of its logits.</summary>
public static class ClassNames
{
    /// <summary>Their names.</summary>
    /// <param name="path">imagenet-classes.json.</param>
    /// <exception cref="ConfigurationException">The file is missing or is no list of classes.</exception>
    public static IReadOnlyList<string> Load(string path) => [.. LoadAll(path).Select(name => name.Name)];

    /// <summary>Their names, meanings and words.</summary>
    /// <param name="path">imagenet-classes.json.</param>
    /// <exception cref="ConfigurationException">The file is missing or is no list of classes.</exception>
    public static IReadOnlyList<ClassName> LoadAll(string path)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            return [.. document.RootElement.EnumerateArray()
                .OrderBy(entry => entry.GetProperty("index").GetInt32())
                .Select(entry => new ClassName(
                    entry.GetProperty("name").GetString()!,
                    int.Parse(entry.GetProperty("wordnet").GetString()!.AsSpan(1), CultureInfo.InvariantCulture),
                    [.. entry.GetProperty("lemmas").EnumerateArray().Select(lemma => lemma.GetString()!)]))];
        }
        catch (Exception error) when (error is JsonException or IOException or UnauthorizedAccessException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentOutOfRangeException)
        {
            throw new ConfigurationException($"The class names '{path}' cannot be read: {error.Message} Expected a list of objects with 'index', 'wordnet', 'name' and 'lemmas'.", error);
        }
    }
}
