using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class ConceptOfTextTests
{
    [Fact]
    public void Only_a_picture_that_clearly_has_what_the_text_says_is_likely_to_show_it()
    {
        var text = SparseCode.FromSorted(40, [1, 5, 9], [0.8f, 0.36f, 0.48f]);
        var concept = ConceptOfText.Make("axolotl", text);
        var table = new ConceptTable([concept], null);

        Assert.InRange(table.In(concept, text).Probability, 0.99f, 1);
        Assert.InRange(table.In(concept, SparseCode.FromSorted(40, [1, 20], [0.4f, 0.9f])).Probability, 0, 0.05f);
        Assert.Equal((false, null, ConceptOfText.Prior), (concept.IsVerified, concept.Evidence, concept.Prior));
    }

    [Fact]
    public void The_strongest_features_carry_it_in_the_order_of_their_numbers()
    {
        float[] values = [.. Enumerable.Range(0, 40).Select(i => i % 2 == 0 ? 0.01f * (i + 1) : 1f)];
        var concept = ConceptOfText.Make("axolotl", SparseCode.FromDense(values));

        Assert.Equal(Concept.MostFeatures, concept.Weights.L0);
        Assert.Equal([.. Enumerable.Range(0, 40).Where(i => i % 2 == 1 || i >= 16)], concept.Weights.Indices.ToArray());
        Assert.Equal(concept.Text!.Values.ToArray().Select(value => (float)(value * ConceptOfText.Weight)), concept.Weights.Values.ToArray());
    }
}
