using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Features;

namespace SparseClip.Vlm.Training.Tests.Features;

public class FeatureNamingTests
{
    private const int Dimension = 30;
    private const int Shared = 0, Dog = 1, SecondDog = 2, RareDog = 3, Noise = 4, Never = 5, Cup = 6, First = 10;
    private static readonly AttributeFeatures s_attributes = new(First);
    private static readonly string[] s_words = ["dog", "cup", "horse"];

    [Fact]
    public void A_feature_is_named_by_the_word_whose_pictures_have_it_whatever_its_text_says()
    {
        var named = Name();

        var dog = named[Dog];
        Assert.Equal(("dog", NameStanding.Verified, NameBasis.Shown), (dog.Evidence!.Word, dog.Standing, dog.Evidence.Basis));
        Assert.True(dog.Evidence.Auroc > 0.99f);
        Assert.Equal("dog", dog.Evidence.Near[0].Word);
    }

    [Fact]
    public void A_rare_feature_is_named_by_the_word_that_says_when_it_is_active()
    {
        var rare = Name()[RareDog];

        Assert.Equal(("dog", NameStanding.Verified, NameBasis.Active), (rare.Evidence!.Word, rare.Standing, rare.Evidence.Basis));
        Assert.True(rare.Evidence.Near[0].Separates < 0.7f);
    }

    [Fact]
    public void What_is_active_without_regard_to_any_word_is_shown_as_unnamed()
    {
        var noise = Name()[Noise];

        Assert.Equal(NameStanding.Unnamed, noise.Standing);
        Assert.True(noise.Evidence!.Auroc < 0.75f);
        Assert.StartsWith("unnamed (near: ", FeatureName.Shown(noise), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feature_that_no_picture_has_keeps_the_word_of_its_text_unconfirmed()
    {
        var never = Name()[Never];
        Assert.Equal(("horse", "unnamed", (float?)null), (never.Name, FeatureName.Shown(never), never.Evidence!.Auroc));
    }

    [Fact]
    public void Names_are_unlike_and_the_most_confirmed_of_a_word_has_it_alone()
    {
        var named = Name();

        Assert.Equal(Dimension, named.Select(feature => feature.Name).Distinct(StringComparer.OrdinalIgnoreCase).Count());
        var dogs = named.Where(feature => feature.Evidence!.Word == "dog").ToList();
        Assert.Equal("dog", dogs.MaxBy(feature => feature.Evidence!.Auroc)!.Name);
        Assert.All(dogs.Where(feature => feature.Name != "dog"), feature => Assert.Matches(@"^dog \(\d+\)$", feature.Name));
    }

    [Fact]
    public void What_a_feature_was_made_to_mean_stays_its_name_and_is_tried()
    {
        var named = Name(new Dictionary<int, string> { [Cup] = "horse", [Noise] = "unicorn" });

        // Pictures show cups, not horses.
        Assert.Equal(("horse", NameOrigin.Class, NameStanding.Unnamed), (named[Cup].Name, named[Cup].Evidence!.Origin, named[Cup].Standing));
        Assert.Contains("cup", FeatureName.Shown(named[Cup]), StringComparison.Ordinal);
        Assert.Equal(("unicorn", NameStanding.Given), (FeatureName.Shown(named[Noise]), named[Noise].Standing));
        var red = ColourNames.All.Index().First(colour => colour.Item == "red").Index;
        Assert.Equal(("red", NameStanding.Verified), (named[First + red].Name, named[First + red].Standing));
    }

    private static List<Feature> Name(Dictionary<int, string>? given = null)
    {
        var records = Enumerable.Range(0, Dimension).Select(id => new FeatureRecord(
            new Feature(new FeatureId(id), id == Never ? "horse" : $"feature {id}", id == Never ? [new FeatureWord("horse", 2)] : id == Dog ? [new FeatureWord("cup", 2)] : [], 1, 0.1f, 2, 1), 0)).ToList();
        var all = Enumerable.Range(0, AttributeFeatures.Count).ToDictionary(i => First + i, i => AttributeFeatures.Names[i]);
        foreach (var (feature, word) in given ?? [])
        {
            all[feature] = word;
        }

        var truth = new ConceptTruth(s_words, ["red dog", "blue cup", "horse"], null);
        return [.. new FeatureNaming(records, all, s_attributes, s_words, truth, Pictures()).Name(null, TestContext.Current.CancellationToken).Select(record => record.Feature)];
    }

    /// <summary>A red dog in nine, blue cups and horses; one dog in four has the rare feature.</summary>
    private static List<ShownPicture> Pictures()
    {
        var random = new Random(5);
        return [.. Enumerable.Range(0, 900).Select(i =>
        {
            var values = new SortedDictionary<int, float> { [Shared] = 1 + random.NextSingle() };
            if (random.Next(3) == 0)
            {
                values[Noise] = 1 + random.NextSingle();
            }

            if (i % 9 == 0)
            {
                (values[Dog], values[SecondDog]) = (1 + random.NextSingle(), random.NextSingle() + (random.Next(10) == 0 ? 0.001f : 1));
                if (random.Next(4) == 0)
                {
                    values[RareDog] = 1 + random.NextSingle();
                }
            }
            else if (i % 3 == 1)
            {
                values[Cup] = 1 + random.NextSingle();
            }

            values[First + (i % 9 == 0 ? 0 : 4)] = 1 + random.NextSingle(); // red or blue
            return new ShownPicture(SparseCode.FromSorted(Dimension, [.. values.Keys], [.. values.Values]), i % 9 == 0 ? "red dog" : i % 3 == 1 ? "blue cup" : "horse", []);
        })];
    }
}
