using System.Globalization;

namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>Reads the lines of WordNet's database files (formats of wndb(5WN)); licence lines begin with a blank.</summary>
internal static class SynsetParser
{
    /// <summary>
    /// A line of <c>data.noun</c>: offset, lexicographer file, "n", word count (hexadecimal), word and sense id pairs, pointer
    /// count, pointers of four fields (symbol, offset, part of speech, source/target), "|", gloss.
    /// </summary>
    /// <exception cref="FormatException">The line is cut off or a number is none.</exception>
    public static Synset ParseData(string line)
    {
        int bar = line.IndexOf(" | ", StringComparison.Ordinal);
        string[] fields = (bar < 0 ? line : line[..bar]).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int offset = int.Parse(Field(fields, 0), CultureInfo.InvariantCulture);
        int words = int.Parse(Field(fields, 3), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        var lemmas = new string[words];
        for (int i = 0; i < words; i++)
        {
            lemmas[i] = Field(fields, 4 + (2 * i)).Replace('_', ' ');
        }

        int at = 4 + (2 * words);
        int pointers = int.Parse(Field(fields, at++), CultureInfo.InvariantCulture);
        var hypernyms = new List<int>(1);
        for (int i = 0; i < pointers; i++, at += 4)
        {
            // "@" a kind of, "@i" an instance of.
            if (Field(fields, at) is "@" or "@i")
            {
                hypernyms.Add(int.Parse(Field(fields, at + 1), CultureInfo.InvariantCulture));
            }
        }

        return new Synset(offset, lemmas, bar < 0 ? "" : line[(bar + 3)..].Trim(), hypernyms);
    }

    /// <summary>A line of <c>index.noun</c>: lemma, ..., sense count second, ..., the offsets last, the most usual sense first.</summary>
    /// <exception cref="FormatException">The line is cut off or a number is none.</exception>
    public static (string Lemma, int[] Offsets) ParseIndex(string line)
    {
        string[] fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int senses = int.Parse(Field(fields, 2), CultureInfo.InvariantCulture);
        if (senses < 1 || fields.Length < 6 + senses)
        {
            throw new FormatException($"{senses} senses announced in a line of {fields.Length} fields");
        }

        var offsets = new int[senses];
        for (int i = 0; i < senses; i++)
        {
            offsets[i] = int.Parse(fields[fields.Length - senses + i], CultureInfo.InvariantCulture);
        }

        return (fields[0].Replace('_', ' '), offsets);
    }

    private static string Field(string[] fields, int index) =>
        index < fields.Length ? fields[index] : throw new FormatException($"field {index + 1} is missing");
}
