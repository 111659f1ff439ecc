using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Evaluation.Concepts;

namespace SparseClip.Vlm.Evaluation.Tests.Concepts;

public sealed class TeachingEvaluatorTests
{
    private const int Dimension = 64;
    private static readonly Feature[] s_features = [.. Enumerable.Range(0, Dimension).Select(id => new Feature(new FeatureId(id), $"feature {id}", [], 2f, 0.1f, 2f, 4f))];

    [Fact]
    public void A_kind_that_has_a_feature_of_its_own_is_found_by_one_picture_and_a_word_that_says_nothing_is_no_help()
    {
        // Pictures of kind k have feature k and one that all have; every picture has one of its own.
        var labels = Enumerable.Range(0, 60).Select(picture => picture % 6).ToArray();
        SparseCode[] codes = [.. labels.Select((kind, picture) => SparseCode.FromSorted(Dimension, [kind, 6, 7 + (picture % 50)], [3f, 1f, 2f]))];
        var kinds = Enumerable.Range(0, 6).Select(kind => ($"kind {kind}", (IReadOnlyList<int>)[.. Enumerable.Range(0, 60).Where(picture => labels[picture] == kind)])).ToArray();

        var score = new TeachingEvaluator(codes, kinds, _ => null, s_features, null).Evaluate([1, 5], 3, null, TestContext.Current.CancellationToken);

        Assert.Equal([1, 5], score.Shots.Select(shots => shots.Taught));
        Assert.All(score.Shots, shots => Assert.InRange(shots.Area, 0.999, 1));
        Assert.All(score.Shots, shots => Assert.Equal((1, 0), (shots.Found, shots.FalselyFound)));
        Assert.Equal(0.5, score.Text);
        Assert.InRange(score.Random, 0.2, 0.8);
        Assert.Equal((6, 60), (score.Kinds.Count, score.Pictures));
    }

    [Fact]
    public void Pictures_that_have_nothing_to_do_with_their_kind_are_found_by_chance_alone()
    {
        var codes = Enumerable.Range(0, 200).Select(picture => SparseCode.FromSorted(Dimension, [picture * 7 % 32, 32 + (picture * 11 % 32)], [1f, 2f])).ToArray();
        var kinds = Enumerable.Range(0, 20).Select(kind => ($"kind {kind}", (IReadOnlyList<int>)[.. Enumerable.Range(0, 10).Select(i => (kind * 10) + i)])).ToArray();

        var score = new TeachingEvaluator(codes, kinds, _ => null, s_features, null).Evaluate([5], 10, null, TestContext.Current.CancellationToken);

        Assert.InRange(score.Shots[0].Area, 0.4, 0.6);
    }

    [Fact]
    public void Kinds_are_labels_and_what_they_are_directly_kinds_of_with_enough_pictures()
    {
        string[] labels = [.. Enumerable.Repeat("dog", 6), "cat", "cat", "cat", "lion", "lion", "lion", .. Enumerable.Range(0, 288).Select(i => $"thing {i}")];

        Assert.Equal(["dog", "feline"], TeachingKinds.Of(labels, new Relations()).Select(kind => kind.Word));
        Assert.Equal(["dog"], TeachingKinds.Of(labels, null).Select(kind => kind.Word));
    }

    private sealed class Relations : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label switch
        {
            "cat" or "lion" => ["feline", "animal"],
            "dog" => ["domestic animal", "e1", "e2", "e3", "e4", "e5", "animal"],
            _ => [],
        };

        public IReadOnlyList<string> SynonymsOf(string label) => [];
    }
}
