using System.Text.Json;
using System.Text.Json.Serialization;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Core.Models;

/// <summary>
/// The manifest of a bundle, <c>manifest.json</c>: which files make the model, with the SHA-256 of each. A bundle is a folder; paths are
/// relative to it.
/// </summary>
/// <param name="Format">The format version of the manifest; 1.</param>
/// <param name="Name">The model's name, as <c>GET /v1/models</c> shows it.</param>
/// <param name="Description">One line for people.</param>
/// <param name="Dimension">D, the number of features of the sparse head.</param>
/// <param name="Parts">The files by role; see <see cref="ModelParts"/> for the roles that a bundle must have.</param>
public sealed record ModelManifest(
    int Format,
    string Name,
    string Description,
    int Dimension,
    IReadOnlyDictionary<string, ModelPart> Parts)
{
    /// <summary>The type of weights that the language model answers in (<see cref="WeightTypes"/>); null for that of its file. The text tower reads the file as it is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? AnswersAs { get; init; }

    /// <summary>The name of the manifest's file within the bundle.</summary>
    public const string FileName = "manifest.json";

    private static readonly JsonSerializerOptions s_options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    };

    /// <summary>Reads a manifest from its JSON text.</summary>
    /// <exception cref="BundleException">The text is not a manifest of this format.</exception>
    public static ModelManifest Parse(string json, string path)
    {
        try
        {
            var manifest = JsonSerializer.Deserialize<ModelManifest>(json, s_options)
                ?? throw new BundleException($"{path} is empty: expected a model manifest.");
            return manifest.Format != 1
                ? throw new BundleException($"{path} has format {manifest.Format}; this program reads format 1.")
                : manifest.Check(path);
        }
        catch (JsonException error)
        {
            throw new BundleException($"{path} is not a model manifest: {JsonFault.Of(error)}.", error);
        }
    }

    /// <summary>What answers depend on, as one text: the parts that make them. Names and figures of features and concepts may change without the answers.</summary>
    public string AnswerRecipe() => string.Join(' ', Parts
        .Where(part => part.Key is ModelParts.Tower or ModelParts.Adapter or ModelParts.LanguageModel or ModelParts.LanguageAdapter or ModelParts.Concepts)
        .OrderBy(part => part.Key, StringComparer.Ordinal).Select(part => part.Value.Sha256[..16]).Append(AnswersAs).OfType<string>());

    /// <summary>A manifest comes from outside: its paths must stay within the bundle, and its hashes must be hashes.</summary>
    private ModelManifest Check(string path)
    {
        if (Dimension < 1)
        {
            throw new BundleException($"{path} states {Dimension} features; a sparse head has at least one.");
        }

        if (AnswersAs is not null && !WeightTypes.All.Contains(AnswersAs))
        {
            throw new BundleException($"{path}: the language model cannot answer as '{AnswersAs}'; answersAs is one of {string.Join(", ", WeightTypes.All)}, or left out.");
        }

        foreach (var (role, part) in Parts)
        {
            if (part is null || part.Sha256.Length != 64 || !part.Sha256.All(char.IsAsciiHexDigitLower) || part.Bytes < 0)
            {
                throw new BundleException($"{path}: the part '{role}' needs a file, its SHA-256 (64 lower-case hexadecimal digits) and its size.");
            }

            if (!IsWithin(part.File))
            {
                throw new BundleException($"{path}: the part '{role}' is '{part.File}'; give a path within the bundle's folder.");
            }
        }

        return ModelParts.Problem([.. Parts.Keys]) is { } problem ? throw new BundleException($"{path} {problem}") : this;
    }

    private static bool IsWithin(string file) =>
        !Path.IsPathRooted(file) && file.Split('/', '\\').All(segment => segment is not ("" or "." or ".."));

    /// <summary>The manifest as indented JSON.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, s_options);
}

/// <summary>A file of a bundle.</summary>
/// <param name="File">Its path relative to the bundle's folder.</param>
/// <param name="Sha256">Its SHA-256, lower-case hexadecimal.</param>
/// <param name="Bytes">Its size.</param>
public sealed record ModelPart(string File, string Sha256, long Bytes);

/// <summary>The roles of a bundle's files.</summary>
public static class ModelParts
{
    /// <summary>Vision trunk, sparse image head, text head (safetensors).</summary>
    public const string Tower = "tower";

    /// <summary>The MLP from codes to language-model embeddings (safetensors).</summary>
    public const string Adapter = "adapter";

    /// <summary>The language model (GGUF).</summary>
    public const string LanguageModel = "language-model";

    /// <summary>Names, maxima and densities of the features (JSON lines).</summary>
    public const string Features = "features";

    /// <summary>Words with their codes, for the model to read what a picture's code says (JSON lines). A bundle without it has no grounding in words.</summary>
    public const string Concepts = "concepts";

    /// <summary>Concepts with the features that carry them (JSON lines). A bundle without it lists features alone.</summary>
    public const string ConceptTable = "concept-table";

    /// <summary>Small pictures that show features and concepts (one file of WebP pictures and their index). A bundle without it shows none.</summary>
    public const string Exemplars = "exemplars";

    /// <summary>A LoRA adapter of the language model (GGUF), which applies to dialogues about a picture alone. Without it the language model is the plain one.</summary>
    public const string LanguageAdapter = "language-adapter";

    /// <summary>The words that captions had, with their codes (safetensors), by which words that they had not get codes; together with <see cref="Sentences"/>. Without both every word has the text tower's own code.</summary>
    public const string KindredWords = "kindred-words";

    /// <summary>The sentence embedder that tells which words mean alike (safetensors).</summary>
    public const string Sentences = "sentences";

    /// <summary>The roles that every bundle must have.</summary>
    public static IReadOnlyList<string> Required { get; } = [Tower, Adapter, LanguageModel, Features];

    /// <summary>What a bundle of these roles lacks; null if nothing.</summary>
    public static string? Problem(IReadOnlyCollection<string> roles) =>
        Required.FirstOrDefault(role => !roles.Contains(role)) is { } missing ? $"names no '{missing}': a bundle has {string.Join(", ", Required)}."
        : roles.Contains(KindredWords) != roles.Contains(Sentences) ? $"names one of '{KindredWords}' and '{Sentences}': a bundle has both or neither."
        : null;
}

/// <summary>A bundle that cannot be used: a missing file, a wrong hash, a manifest of another format.</summary>
public sealed class BundleException : SparseClipException
{
    public BundleException(string message) : base(message)
    {
    }

    public BundleException(string message, Exception inner) : base(message, inner)
    {
    }
}
