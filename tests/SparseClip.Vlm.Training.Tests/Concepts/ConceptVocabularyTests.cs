using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Training.Concepts;
using SparseClip.Vlm.Training.Tests.Clip.Classes;

namespace SparseClip.Vlm.Training.Tests.Concepts;

public sealed class ConceptVocabularyTests : IDisposable
{
    private readonly TinyWordNet _wordNet = new();

    [Fact]
    public void The_words_are_what_people_say_of_pictures_and_no_brand_jargon_or_name_that_nobody_uses()
    {
        CatalogueEntry[] catalogue = [.. TinyWordNet.Labels, Labelled("alpro milk"), Labelled("dog icon"), .. Enumerable.Range(0, 12).Select(i => Labelled("pug", $"{i}", "animal", "hound"))];

        var words = ConceptVocabulary.Words(
            ["dog", "horse", "fish", "pug", "alpro milk", "dog icon", "beagle", "tench", "hound"], ["beagle"], catalogue, WordNet.Load(_wordNet.Path), KnownWords.Load(_wordNet.Path, ["person", "milk", "icon", .. ColourNames.All]))
            .Select(entry => entry.Word).ToList();

        Assert.Superset(new HashSet<string> { "dog", "horse", "fish", "pug", "beagle", "animal", "red" }, words.ToHashSet());
        Assert.DoesNotContain("alpro milk", words); // a brand
        Assert.DoesNotContain("dog icon", words); // a word about the picture
        Assert.DoesNotContain("tench", words); // neither label nor class nor tag
        Assert.Equal(words.Distinct(), words);
    }

    public void Dispose() => _wordNet.Dispose();

    private static CatalogueEntry Labelled(string label, string key = "", params string[] tags) => new(
        label + key, "icon", "words", "words", "words-1.0", label, label, tags, "Animals", null, true, "CC0-1.0", "train", "none.tar");
}
