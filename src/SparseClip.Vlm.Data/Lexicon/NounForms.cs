using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>Finds the base form of an inflected noun: WordNet's list of exceptions, then its rules of detachment (morphy(7WN)).</summary>
internal sealed class NounForms
{
    private readonly Dictionary<string, string> exceptions = new(StringComparer.OrdinalIgnoreCase);

    /// <param name="file"><c>noun.exc</c>: an inflected form, a blank, its base forms. Without the file only the rules count.</param>
    public NounForms(string file)
    {
        if (!File.Exists(file))
        {
            return;
        }

        foreach (string line in File.ReadLines(file))
        {
            string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words.Length > 1)
            {
                exceptions[words[0].Replace('_', ' ')] = words[1].Replace('_', ' ');
            }
        }
    }

    /// <summary>Candidates for the base form of a word that is none itself, the likeliest first.</summary>
    public IEnumerable<string> BaseForms(string word)
    {
        if (exceptions.TryGetValue(word, out string? irregular))
        {
            yield return irregular;
        }

        foreach (var form in Plurals.BaseForms(word))
        {
            yield return form;
        }
    }
}
