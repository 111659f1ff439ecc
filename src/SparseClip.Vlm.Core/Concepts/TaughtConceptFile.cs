using SparseClip.Vlm.Core.Codes;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>
/// The concepts that people taught, one JSON object a line, of any number of towers: each line says which one. Written by the server and the command line alike; a file that is not there has none.
/// </summary>
public static class TaughtConceptFile
{
    /// <summary>Where they are kept unless somebody says otherwise: beside the server's pictures, below the user's local application data.</summary>
    public static string UsualPath { get; } = Path.Combine(
        Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify), "sparseclip", "taught-concepts.jsonl");

    /// <summary>The most concepts of a file: each is looked for in every picture.</summary>
    public const int MostConcepts = 1000;

    private static readonly WordLines<Line> s_lines = new(
        "Mend or remove that line, or move the file away to begin anew.",
        "{\"word\":\"my mug\",\"features\":[1,5],\"weights\":[9,4],\"offset\":-6,\"prior\":0.001,\"pictures\":3,\"when\":\"2026-01-31T12:00:00+00:00\",\"tower\":\"SHA-256\",\"dimension\":9405}");

    /// <summary>Reads all concepts, of every tower; none where there is no file.</summary>
    /// <exception cref="ConceptFileException">The file cannot be read, or a line is no taught concept.</exception>
    public static IReadOnlyList<Concept> Read(string path) => File.Exists(path) ? s_lines.Read(path, line => line.ToConcept(), concept => concept.Word, Key) : [];

    /// <summary>Changes the concepts of a file, whoever else changes it: reads it, and writes what becomes of it beside the path first and then under its name. What has no concept left is deleted.</summary>
    /// <param name="path">The file; its folder is made where there is none.</param>
    /// <param name="change">The concepts there are to those there are to be.</param>
    /// <returns>Those there are now.</returns>
    /// <exception cref="ConceptFileException">The file cannot be read or written, another program is changing it at this moment, or there would be too many concepts.</exception>
    public static IReadOnlyList<Concept> Change(string path, Func<IReadOnlyList<Concept>, IReadOnlyList<Concept>> change)
    {
        ArgumentNullException.ThrowIfNull(path);
        ArgumentNullException.ThrowIfNull(change);
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);
            using var alone = Lock(path);
            var concepts = change(Read(path));
            if (concepts.Count > MostConcepts)
            {
                throw new ConceptFileException($"{path} would have {concepts.Count} concepts; it holds at most {MostConcepts}. Forget some first.");
            }

            if (concepts.Count == 0)
            {
                File.Delete(path);
            }
            else
            {
                WordLines<Line>.Write(path, concepts.Select(Line.From));
            }

            return concepts;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new ConceptFileException($"{path} cannot be written: {error.Message}", error);
        }
    }

    /// <summary>Concepts with one added, in the place of the one of that name and tower where there is one.</summary>
    public static IReadOnlyList<Concept> With(this IReadOnlyList<Concept> concepts, Concept added)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        ArgumentNullException.ThrowIfNull(added);
        return [.. concepts.Where(concept => Key(concept) != Key(added)), added];
    }

    /// <summary>Whether there is a concept of a name, of one tower.</summary>
    /// <param name="concepts">The concepts.</param>
    /// <param name="word">The name.</param>
    /// <param name="tower">The SHA-256 of the tower.</param>
    public static bool Has(this IReadOnlyList<Concept> concepts, string word, string tower)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        return concepts.Any(concept => concept.Word == word && concept.Teaching!.Tower == tower);
    }

    /// <summary>Concepts without the one of a name, of one tower.</summary>
    /// <param name="concepts">The concepts.</param>
    /// <param name="word">The name.</param>
    /// <param name="tower">The SHA-256 of the tower.</param>
    public static IReadOnlyList<Concept> Without(this IReadOnlyList<Concept> concepts, string word, string tower)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        return [.. concepts.Where(concept => !(concept.Word == word && concept.Teaching!.Tower == tower))];
    }

    private static string Key(Concept concept) => $"{concept.Word}\n{concept.Teaching!.Tower}";

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path + ".lock", FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1, FileOptions.DeleteOnClose);
        }
        catch (IOException error) when (File.Exists(path + ".lock"))
        {
            throw new ConceptFileException($"{path} is being changed by another program; try again.", error);
        }
    }

    private sealed record Line(
        string Word, int[] Features, float[] Weights, float Offset, float Prior, int Pictures, DateTimeOffset When, string Tower, int Dimension)
    {
        public static Line From(Concept concept) => new(
            concept.Word, concept.Weights.Indices.ToArray(), concept.Weights.Values.ToArray(), concept.Offset, concept.Prior, concept.Teaching!.Pictures, concept.Teaching.When, concept.Teaching.Tower,
            concept.Weights.Dimension);

        public Concept ToConcept()
        {
            Concept.Check(Features.Length, Offset, Prior);
            if (Pictures is < 1 or > ConceptTeacher.MostPictures)
            {
                throw new FormatException($"It was taught with {Pictures} pictures; a concept is taught with 1 to {ConceptTeacher.MostPictures}.");
            }

            return Tower.Length == 64 && Tower.All(char.IsAsciiHexDigitLower)
                ? new Concept(Word, SparseCode.FromSorted(Dimension, Features, Weights), Offset, Prior) { Teaching = new Teaching(Pictures, When, Tower) }
                : throw new FormatException("Its tower must be a SHA-256, 64 lower-case hexadecimal digits.");
        }
    }
}
