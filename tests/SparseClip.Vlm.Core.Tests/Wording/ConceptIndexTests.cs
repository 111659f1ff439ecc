using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Wording;

namespace SparseClip.Vlm.Core.Tests.Wording;

public sealed class ConceptIndexTests
{
    private const int Dimension = 12;

    private static readonly Gen<SparseCode> s_code = Gen.Float[0.01f, 4f].Select(Gen.Bool, (value, isActive) => isActive ? value : 0f).Array[Dimension]
        .Where(dense => dense.Any(value => value > 0)).Select(dense => SparseCode.FromDense(dense));

    [Fact]
    public void The_nearest_are_those_of_the_highest_cosine() => Gen.Select(s_code, s_code.Array[1, 20]).Sample((code, others) =>
    {
        var concepts = others.Select((other, number) => new ConceptCode($"word {number}", Unit(other))).ToList();

        var nearest = new ConceptIndex(concepts).Nearest(code, 5);

        var expected = concepts.Select(concept => Dot(Unit(code), concept.Code)).Where(cosine => cosine > 0).OrderDescending().Take(5).ToList();
        Assert.Equal(expected.Count, nearest.Count);
        Assert.All(nearest.Zip(expected), pair => Assert.Equal(pair.Second, pair.First.Nearness, 1e-4f));
        Assert.All(nearest, near => Assert.Equal(Dot(Unit(code), concepts.Single(concept => concept.Word == near.Word).Code), near.Nearness, 1e-4f));
    });

    [Theory]
    [InlineData("How many Hot Dogs are there, and a cat?", "hot dog, cat")]
    [InlineData("Is it a hot \"dog\"?", "hot dog")]
    [InlineData("The dog's cats; a hotdog!", "cat")]
    [InlineData("scissors or dogs or dog", "scissors, dog")]
    [InlineData("", "")]
    public void The_concepts_that_a_text_names_are_found_the_longest_phrase_first_and_each_once(string text, string expected)
    {
        var index = new ConceptIndex([.. new[] { "dog", "hot dog", "cat", "scissors" }.Select((word, number) => new ConceptCode(word, SparseCode.FromSorted(Dimension, [number], [1f])))]);
        Assert.Equal(expected, string.Join(", ", index.NamedIn(text).Select(named => named.Word)));
        Assert.All(index.NamedIn(text), named => Assert.Equal(named.Word == "cat" ? 1 : 0, index.In(SparseCode.FromSorted(Dimension, [2], [5f]), named).Nearness));
    }

    [Fact]
    public void Of_two_words_that_fit_alike_the_weightier_one_is_nearest()
    {
        var code = SparseCode.FromSorted(Dimension, [3], [1f]);
        var nearest = new ConceptIndex([new("guide dog", code), new("dog", code, 1.1f)]).Nearest(code, 2);
        Assert.Equal([("dog", 1.1f), ("guide dog", 1f)], nearest.Select(near => (near.Word, near.Nearness)));
    }

    [Fact]
    public void A_code_with_nothing_in_it_is_near_to_nothing() =>
        Assert.Empty(new ConceptIndex([new("dog", SparseCode.FromSorted(Dimension, [3], [1f]))]).Nearest(SparseCode.FromSorted(Dimension, [], []), 3));

    [Fact]
    public void A_code_of_another_tower_is_refused()
    {
        var index = new ConceptIndex([new("dog", SparseCode.FromSorted(Dimension, [3], [1f]))]);
        Assert.Contains("13", Assert.Throws<ArgumentException>(() => index.Nearest(SparseCode.FromSorted(13, [3], [1f]), 1)).Message, StringComparison.Ordinal);
    }

    private static SparseCode Unit(SparseCode code)
    {
        var length = MathF.Sqrt(Dot(code, code));
        return SparseCode.FromSorted(code.Dimension, code.Indices, [.. code.Values.ToArray().Select(value => value / length)]);
    }

    private static float Dot(SparseCode a, SparseCode b) => Enumerable.Range(0, a.Dimension).Sum(feature => a[feature] * b[feature]);
}
