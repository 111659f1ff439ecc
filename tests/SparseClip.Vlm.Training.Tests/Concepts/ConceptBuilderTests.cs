using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Tests.Concepts;

public class ConceptBuilderTests
{
    private const int Dimension = 40;
    private static readonly AttributeFeatures s_attributes = new(25);

    [Fact]
    public void A_concept_goes_by_the_features_of_pictures_that_show_it_and_is_tried_on_others()
    {
        // The text code says feature 0, which all pictures have; pictures of dogs have feature 3.
        var random = new Random(3);
        var pictures = Enumerable.Range(0, 400).Select(i => new ShownPicture(
            SparseCode.FromSorted(Dimension, i % 8 < 2 ? [0, 3, 9] : [0, 9], i % 8 < 2 ? [1f, 1.5f, random.NextSingle() + 0.1f] : [1f, random.NextSingle() + 0.1f]), i % 8 < 2 ? "dog" : "cup", [])).ToList();
        ConceptWord[] words =
        [
            new("dog", SparseCode.FromSorted(Dimension, [0], [1f]), ["hound"], ["animal"]), new("unicorn", SparseCode.FromSorted(Dimension, [5, 6], [0.6f, 0.8f]), [], []),
            new("red", SparseCode.FromSorted(Dimension, [7], [1f]), [], []),
        ];
        var truth = new ConceptTruth([.. words.Select(word => word.Word)], ["dog", "cup"], null);

        var concepts = new ConceptBuilder(words, pictures, truth, s_attributes).Build(null, TestContext.Current.CancellationToken).ToList();

        var (dog, unicorn, red) = (concepts[0], concepts[1], concepts[2]);
        Assert.True(dog.Weights[3] > dog.Weights[0]);
        Assert.Equal(new ConceptEvidence(1, 50, 150), dog.Evidence);
        Assert.Equal(0.25f, dog.Prior, 0.01f);
        Assert.Equal(["hound"], dog.Synonyms);
        Assert.Equal(["animal"], dog.Wider);
        var table = new ConceptTable(concepts, s_attributes);
        Assert.True(table.In(dog, pictures[0].Code).Probability > 0.9);
        Assert.True(table.In(dog, pictures[2].Code).Probability < 0.1);
        Assert.Equal((1f, 1.5f), (dog.Usual![0], dog.Usual[3])); // what the pictures of dogs have, in their own units
        Assert.Null(unicorn.Usual);
        Assert.Null(unicorn.Evidence);
        Assert.Equal([5, 6], unicorn.Weights.Indices.ToArray());
        Assert.Equal(s_attributes.Colour(ColourNames.All.ToList().IndexOf("red")), red.Weights.Indices[0]);
    }
}
