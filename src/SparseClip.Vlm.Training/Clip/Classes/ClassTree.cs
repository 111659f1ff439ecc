using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Training.Clip.Classes;

/// <summary>
/// The classes of a pretrained classifier and the kinds that WordNet puts them under ("beagle": "hound", "dog", "animal"), each with the words that people use for it.
/// A kind that has a single class under it is that class by a wider word ("horse" for "sorrel"); of kinds with the same classes one stands for all.
/// </summary>
internal sealed class ClassTree
{
    /// <summary>A kind that has more of the classes than this says too little.</summary>
    private const double LargestShare = 0.45;

    /// <summary>What a kind's word means each of its many classes at least.</summary>
    private const float LeastShare = 0.15f;

    private readonly Dictionary<string, List<int>> _byWord = new(StringComparer.Ordinal);
    private readonly Dictionary<int, int> _bySynset = [];
    private readonly WordNet _wordNet;

    private ClassTree(IReadOnlyList<ClassKind> kinds, WordNet wordNet)
    {
        Kinds = kinds;
        _wordNet = wordNet;
        foreach (var (number, kind) in kinds.Index())
        {
            foreach (var word in kind.Words)
            {
                (_byWord.TryGetValue(word, out var known) ? known : _byWord[word] = []).Add(number);
            }

            foreach (var synset in kind.Synsets)
            {
                _bySynset[synset] = number;
            }
        }
    }

    /// <summary>The classes in the order of the logits, then the kinds above them.</summary>
    public IReadOnlyList<ClassKind> Kinds { get; }

    /// <summary>Every word of a class or kind, once.</summary>
    public IReadOnlyCollection<string> Words => _byWord.Keys;

    /// <summary>Arranges classes.</summary>
    /// <param name="classes">In the order of the logits.</param>
    /// <param name="wordNet">The database that the classes' synsets belong to.</param>
    /// <param name="isCommon">Whether people use a word; a kind that they have no word for is left out.</param>
    public static ClassTree Of(IReadOnlyList<ClassName> classes, WordNet wordNet, Func<string, bool> isCommon)
    {
        var under = new SortedDictionary<int, SortedSet<int>>();
        foreach (var (number, name) in classes.Index())
        {
            foreach (var offset in wordNet.Find(name.Synset) is { } synset ? wordNet.Ancestors(synset) : [])
            {
                (under.TryGetValue(offset, out var members) ? members : under[offset] = []).Add(number);
            }
        }

        var own = classes.Select(name => (Words: new List<string>([name.Name, .. name.Lemmas]), Synsets: new List<int>([name.Synset]))).ToArray();
        var wide = new Dictionary<string, (List<string> Words, List<int> Synsets, SortedSet<int> Members)>(StringComparer.Ordinal);
        foreach (var (offset, members) in under)
        {
            var meaning = wordNet.Find(offset)!;
            var words = meaning.Lemmas.Select(Noun.Normalize).Where(isCommon).ToList();
            if (words.Count == 0 || WordNetRelations.IsTooWide(meaning) || members.Count > LargestShare * classes.Count)
            {
                continue;
            }

            if (members.Count == 1)
            {
                own[members.Min].Words.AddRange(words);
                own[members.Min].Synsets.Add(offset);
                continue;
            }

            var key = string.Join(',', members);
            var kind = wide.TryGetValue(key, out var known) ? known : wide[key] = ([], [], members);
            kind.Words.AddRange(words);
            kind.Synsets.Add(offset);
        }

        bool IsUsual(string word, List<int> synsets) => isCommon(word) && wordNet.SynsetsOf(word) is [var usual, ..] && synsets.Contains(usual.Offset);
        var kinds = own.Index().Select(at => Kind(at.Item.Words, at.Item.Synsets, [at.Index], word => word == Noun.Normalize(classes[at.Index].Name) || IsUsual(word, at.Item.Synsets)))
            .Concat(wide.Values.Select(kind => Kind(kind.Words, kind.Synsets, [.. kind.Members], word => IsUsual(word, kind.Synsets))));
        return new ClassTree([.. kinds], wordNet);
    }

    /// <summary>
    /// How much a word means each class and kind: 1 for what it is a word for, halved with every kind above that; and a kind's word means each of its classes a little, so that who takes "dog"
    /// out of a picture takes the beagle out of it.
    /// </summary>
    /// <param name="word">In lower case, without an article.</param>
    public IReadOnlyList<(int Kind, float Share)> Meaning(string word)
    {
        var shares = new Dictionary<int, float>();
        if (_byWord.TryGetValue(word, out var known))
        {
            foreach (var kind in known)
            {
                shares[kind] = 1;
                Below(kind, shares);
                Above(Kinds[kind].Synsets.Select(_wordNet.Find).OfType<Synset>().SelectMany(_wordNet.Ancestors), shares);
            }
        }
        else if (_wordNet.SynsetsOf(word).FirstOrDefault(_wordNet.IsPhysical) is { } meaning)
        {
            Above(_wordNet.Ancestors(meaning), shares);
        }

        return [.. shares.Select(pair => (pair.Key, pair.Value))];
    }

    private void Below(int kind, Dictionary<int, float> shares)
    {
        var classes = Kinds[kind].Classes;
        foreach (var member in classes.Where(_ => classes.Count > 1))
        {
            shares.TryAdd(member, Math.Max(LeastShare, 0.5f / MathF.Sqrt(classes.Count)));
        }
    }

    /// <summary>The narrowest kind first.</summary>
    private void Above(IEnumerable<int> synsets, Dictionary<int, float> shares)
    {
        var share = 0.5f;
        foreach (var kind in synsets.Where(_bySynset.ContainsKey).Select(synset => _bySynset[synset]).Distinct().Where(kind => !shares.ContainsKey(kind))
            .OrderBy(kind => Kinds[kind].Classes.Count).ThenBy(kind => kind).ToArray())
        {
            shares[kind] = share;
            share /= 2;
        }
    }

    private static ClassKind Kind(IEnumerable<string> words, IReadOnlyList<int> synsets, IReadOnlyList<int> classes, Func<string, bool> isSpoken)
    {
        string[] all = [.. words.Select(Noun.Normalize).Where(word => word.Length > 0).Distinct(StringComparer.Ordinal)];
        return new ClassKind(all, synsets, classes, [.. all.Where(isSpoken)]);
    }
}

/// <summary>A class, or a kind of several classes.</summary>
/// <param name="Words">The words for it, the most usual first.</param>
/// <param name="Synsets">Its meanings in WordNet.</param>
/// <param name="Classes">The classes that are of this kind; a class is of its own.</param>
/// <param name="Spoken">Those of its words that something is said with: a class's name, and common ones that usually mean this ("depression" is no hollow first of all).</param>
internal sealed record ClassKind(IReadOnlyList<string> Words, IReadOnlyList<int> Synsets, IReadOnlyList<int> Classes, IReadOnlyList<string> Spoken);
