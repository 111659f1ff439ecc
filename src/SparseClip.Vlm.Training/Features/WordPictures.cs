using System.Numerics;

namespace SparseClip.Vlm.Training.Features;

/// <summary>Which of some pictures show each word, and of which that is not known. Safe to read from several threads.</summary>
internal sealed class WordPictures
{
    private readonly ulong[]?[] _shown; // [words] of bits, one a picture; null for none
    private readonly ulong[]?[] _unknown;
    private readonly List<int>[] _wordsOf; // [pictures]

    /// <param name="words">How many words there are.</param>
    /// <param name="truth">Of each picture, the words that it shows and those of which that is not known.</param>
    public WordPictures(int words, IReadOnlyList<(IReadOnlySet<int> Shown, IReadOnlySet<int> Unknown)> truth)
    {
        Pictures = truth.Count;
        (_shown, _unknown) = (new ulong[]?[words], new ulong[]?[words]);
        _wordsOf = [.. truth.Select(of => of.Shown.Order().ToList())];
        foreach (var (picture, of) in truth.Index())
        {
            foreach (var word in of.Shown)
            {
                Set(_shown, word, picture);
            }

            foreach (var word in of.Unknown)
            {
                Set(_unknown, word, picture);
            }
        }
    }

    /// <summary>How many pictures there are.</summary>
    public int Pictures { get; }

    /// <summary>The words that a picture shows.</summary>
    public IReadOnlyList<int> WordsOf(int picture) => _wordsOf[picture];

    /// <summary>Whether a picture shows a word.</summary>
    public bool Shows(int word, int picture) => Has(_shown[word], picture);

    /// <summary>Whether it is known that a picture shows a word or does not.</summary>
    public bool IsKnown(int word, int picture) => !Has(_unknown[word], picture);

    /// <summary>How many pictures show a word.</summary>
    public int Shown(int word) => Count(_shown[word]);

    /// <summary>How many do not, as far as is known.</summary>
    public int Others(int word) => Pictures - Count(_shown[word]) - Count(_unknown[word]);

    private void Set(ulong[]?[] bits, int word, int picture) => (bits[word] ??= new ulong[(Pictures + 63) / 64])[picture >> 6] |= 1UL << picture;

    private static bool Has(ulong[]? bits, int picture) => bits is not null && (bits[picture >> 6] >> picture & 1) == 1;

    private static int Count(ulong[]? bits) => bits?.Sum(BitOperations.PopCount) ?? 0;
}
