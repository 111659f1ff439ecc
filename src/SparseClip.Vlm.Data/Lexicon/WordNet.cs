namespace SparseClip.Vlm.Data.Lexicon;

/// <summary>
/// The nouns of WordNet (Miller, "WordNet: a lexical database for English", 1995) in memory: meanings, definitions, and what is
/// a kind of what. Immutable, so safe for use from several threads. Lemmas are compared without case, "_" equal to a blank.
/// </summary>
public sealed class WordNet
{
    /// <summary>Offset of "physical entity": what has physical existence.</summary>
    public const int PhysicalEntity = 1930;

    private readonly Dictionary<int, Synset> synsets;
    private readonly Dictionary<string, int[]> index;

    private readonly NounForms forms;

    private WordNet(Dictionary<int, Synset> synsets, Dictionary<string, int[]> index, NounForms forms)
    {
        this.synsets = synsets;
        this.index = index;
        this.forms = forms;
    }

    /// <summary>Every meaning, in the order of the file.</summary>
    public IEnumerable<Synset> Synsets => synsets.Values;

    /// <summary>Reads <c>data.noun</c>, <c>index.noun</c> and, where it exists, <c>noun.exc</c> of a folder, such as <c>wordnet/</c> of a built data folder.</summary>
    /// <exception cref="WordNetException">A file is missing, or a line of it cannot be read.</exception>
    public static WordNet Load(string directory)
    {
        var synsets = new Dictionary<int, Synset>();
        foreach (Synset synset in Read(directory, "data.noun", SynsetParser.ParseData))
        {
            synsets[synset.Offset] = synset;
        }

        var index = new Dictionary<string, int[]>(StringComparer.OrdinalIgnoreCase);
        foreach ((string lemma, int[] offsets) in Read(directory, "index.noun", SynsetParser.ParseIndex))
        {
            index[lemma] = offsets;
        }

        return new WordNet(synsets, index, new NounForms(Path.Combine(directory, "noun.exc")));
    }

    /// <summary>The meanings of a word, the most usual first; empty when it is no noun of WordNet.</summary>
    public IReadOnlyList<Synset> SynsetsOf(string lemma)
    {
        ArgumentNullException.ThrowIfNull(lemma);
        if (!index.TryGetValue(lemma.Trim().Replace('_', ' '), out int[]? offsets))
        {
            return [];
        }

        var found = new List<Synset>(offsets.Length);
        foreach (int offset in offsets)
        {
            if (synsets.TryGetValue(offset, out Synset? synset))
            {
                found.Add(synset);
            }
        }

        return found;
    }

    /// <summary>The noun as WordNet lists it: the word itself, or its base form ("cherries": "cherry"); null when it is no noun of WordNet.</summary>
    public string? NounOf(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return index.ContainsKey(word) ? word : forms.BaseForms(word).FirstOrDefault(index.ContainsKey);
    }

    /// <summary>The meaning at an offset, or null.</summary>
    public Synset? Find(int offset) => synsets.GetValueOrDefault(offset);

    /// <summary>Whether a meaning is a physical entity: something that a picture can show.</summary>
    public bool IsPhysical(Synset synset)
    {
        ArgumentNullException.ThrowIfNull(synset);
        return synset.Offset == PhysicalEntity || Ancestors(synset).Contains(PhysicalEntity);
    }

    /// <summary>Offsets of everything above a synset, itself not included.</summary>
    public HashSet<int> Ancestors(Synset synset)
    {
        ArgumentNullException.ThrowIfNull(synset);
        var seen = new HashSet<int>();
        var open = new Stack<int>(synset.HypernymOffsets);
        while (open.TryPop(out int offset))
        {
            if (seen.Add(offset) && synsets.TryGetValue(offset, out Synset? parent))
            {
                foreach (int next in parent.HypernymOffsets)
                {
                    open.Push(next);
                }
            }
        }

        return seen;
    }

    private static IEnumerable<T> Read<T>(string directory, string name, Func<string, T> parse)
    {
        string file = Path.Combine(directory, name);
        if (!File.Exists(file))
        {
            throw new WordNetException(
                $"'{file}' is missing. Build the data folder with 'sparseclip data build', or point at the folder of WordNet's database files (Debian: wordnet-base).");
        }

        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            if (line.Length == 0 || line[0] == ' ')
            {
                continue;
            }

            T parsed;
            try
            {
                parsed = parse(line);
            }
            catch (FormatException error)
            {
                throw new WordNetException($"'{file}' line {number} is no WordNet record: {error.Message}. Build the data folder again.", error);
            }

            yield return parsed;
        }
    }
}
