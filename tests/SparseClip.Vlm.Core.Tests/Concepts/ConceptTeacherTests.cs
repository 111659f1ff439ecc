using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class ConceptTeacherTests
{
    private const int Dimension = 48;
    private static readonly AttributeFeatures s_attributes = new(Dimension - AttributeFeatures.Count);

    /// <summary>Codes of pictures: some features above zero.</summary>
    private static readonly Gen<SparseCode> s_code = Gen.Float[0.1f, 5f].Array[6].Select(Gen.Shuffle(Enumerable.Range(0, 30).ToArray()), (values, features) => Code(features[..6], values));

    [Theory]
    [InlineData(new[] { 1f, 0f }, new[] { 0.8f, 0.6f }, 0.948683f, 0.316228f)]
    [InlineData(new[] { 0f, 1f }, new[] { 0.6f, 0.8f }, 0.316228f, 0.948683f)]
    [InlineData(new[] { 0.8f, 0.6f }, new[] { 0.6f, 0.8f }, 0.707107f, 0.707107f)]
    public void The_key_of_pictures_is_the_mean_of_their_codes(float[] first, float[] second, float x, float y)
    {
        var key = ConceptTeacher.Teach("mug", [SparseCode.FromDense(first), SparseCode.FromDense(second)], null, [0f, 0f], null).Weights.ToUnit();

        Assert.Equal(x, key[0], 1e-5f);
        Assert.Equal(y, key[1], 1e-5f);
    }

    [Fact]
    public void A_picture_that_taught_it_shows_it_and_one_that_has_nothing_of_it_does_not()
    {
        var mug = ConceptTeacher.Teach("mug", [Code([1, 2], [3f, 4f])], null, new float[Dimension], null);
        var table = new ConceptTable([mug], null);

        Assert.InRange(table.In(mug, Code([1, 2], [3f, 4f])).Probability, 0.9f, 1f);
        Assert.InRange(table.In(mug, Code([1, 2, 7], [3f, 4f, 5f])).Probability, 0.5f, 0.95f); // a cosine of 0.7, as of another picture of the same thing
        Assert.InRange(table.In(mug, Code([7], [5f])).Probability, 0f, 0.01f);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public void A_word_counts_as_much_as_what_the_pictures_have_in_common(int pictures)
    {
        var weights = ConceptTeacher.Teach("mug", [.. Enumerable.Repeat(Code([1], [3f]), pictures)], Code([2], [9f]), new float[Dimension], null).Weights;

        Assert.Equal(1f, weights[2] / weights[1], 1e-5f);
    }

    [Fact]
    public void What_any_picture_has_and_colours_and_numbers_are_left_out()
    {
        var usual = new float[Dimension];
        usual[1] = 0.9f;
        var red = s_attributes.Colour(3);

        var mug = ConceptTeacher.Teach("mug", [Code([1, 2, red], [3f, 3f, 50f])], null, usual, s_attributes);

        Assert.Equal([2], mug.Weights.Indices.ToArray());
    }

    [Fact]
    public void A_concept_has_the_strongest_features_and_no_more_than_concepts_have()
    {
        var many = SparseCode.FromDense([.. Enumerable.Range(1, Dimension).Select(value => (float)value)]);

        var mug = ConceptTeacher.Teach("mug", [many], null, new float[Dimension], null);

        Assert.Equal(Enumerable.Range(Dimension - Concept.MostFeatures, Concept.MostFeatures), mug.Weights.Indices.ToArray());
    }

    [Fact]
    public void Pictures_of_nothing_are_refused()
    {
        Assert.Contains("Picture 2", Assert.Throws<ConceptTeachingException>(() => Teach(Code([1], [1f]), Code([s_attributes.First], [1f]))).Message, StringComparison.Ordinal);
        var everything = new float[Dimension];
        Array.Fill(everything, 1f);
        Assert.Throws<ConceptTeachingException>(() => ConceptTeacher.Teach("mug", [Code([1], [1f])], null, everything, null));
        Assert.Throws<ArgumentOutOfRangeException>(() => Teach());
        Assert.Throws<ArgumentOutOfRangeException>(() => Teach([.. Enumerable.Repeat(Code([1], [1f]), ConceptTeacher.MostPictures + 1)]));

        static Concept Teach(params SparseCode[] pictures) => ConceptTeacher.Teach("mug", pictures, null, new float[Dimension], s_attributes);
    }

    [Fact]
    public void A_picture_that_taught_a_concept_comes_before_any_other() => s_code.Array[2].Sample(codes =>
    {
        var mug = ConceptTeacher.Teach("mug", [codes[0]], null, new float[Dimension], null);
        var table = new ConceptTable([mug], null);
        Assert.True(table.In(mug, codes[0]).Probability >= table.In(mug, codes[1]).Probability);
    });

    [Fact]
    public void How_strong_the_codes_are_does_not_matter() => s_code.Array[3].Select(Gen.Float[0.1f, 10f]).Sample((codes, factor) =>
    {
        var usual = Enumerable.Repeat(0.01f, Dimension).ToArray();
        var once = ConceptTeacher.Teach("mug", codes[..2], codes[2], usual, null);
        var scaled = ConceptTeacher.Teach("mug", [Times(codes[0], factor), codes[1]], Times(codes[2], factor), usual, null);
        Assert.Equal(once.Offset, scaled.Offset, 1e-3f);
        Assert.Equal(once.Weights.Indices.ToArray(), scaled.Weights.Indices.ToArray());
        Assert.All(once.Weights.Values.ToArray().Zip(scaled.Weights.Values.ToArray()), pair => Assert.Equal(pair.First, pair.Second, 1e-3f));
    });

    private static SparseCode Times(SparseCode code, float factor) => SparseCode.FromSorted(code.Dimension, code.Indices, [.. code.Values.ToArray().Select(value => value * factor)]);

    private static SparseCode Code(int[] features, float[] values)
    {
        var dense = new float[Dimension];
        foreach (var (feature, value) in features.Zip(values))
        {
            dense[feature] = value;
        }

        return SparseCode.FromDense(dense);
    }
}
