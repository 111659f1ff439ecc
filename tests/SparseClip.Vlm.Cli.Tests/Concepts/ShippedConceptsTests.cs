using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Cli.Tests.Concepts;

/// <summary>The table of concepts that ships: people find in it what they look for, and nothing for what means nothing.</summary>
public class ShippedConceptsTests
{
    /// <summary>Animals, food, vehicles, tools, furniture, clothes, colours and other things of every day, written down before the table was looked at.</summary>
    private static readonly string[] s_everyday =
    [
        .. ("dog cat horse cow pig sheep goat rabbit mouse lion tiger elephant bear monkey bird chicken duck fish shark whale snake frog spider bee butterfly "
            + "apple banana orange lemon strawberry grape pear bread cheese egg pizza hamburger cake cookie milk coffee tea juice potato tomato carrot onion "
            + "car bus truck train bicycle motorcycle airplane helicopter boat ship tractor hammer saw screwdriver wrench scissors knife axe shovel ladder "
            + "chair table bed sofa lamp desk bookcase wardrobe mirror shirt trousers dress skirt shoe hat jacket sock glove tie red green blue yellow black white brown pink purple gray tree flower house bridge").Split(' '),
    ];

    private static readonly string[] s_nonsense =
    [
        .. ("xqzvwk brrgh zzyzxq qwrtpl mnbvcx plokij wertzu ghjklq vbnmas fdsaqw tzzkrp hhhqqq lkjhgf poiuzt yxcvbm qazwsx edcrfv tgbzhn ujmikk olppqq "
            + "krxlmf zvbqpt wqxjkz ptkrsn gfdbvc nmklpq jjxxzz rtwqpz bvcxyq sdfghq").Split(' '),
    ];

    private static readonly ConceptTable s_table = Read();

    [Fact]
    public void Of_a_hundred_everyday_words_at_least_95_find_their_concept_first()
    {
        Assert.Equal(100, s_everyday.Distinct(StringComparer.Ordinal).Count());
        string[] missed = [.. s_everyday.Where(word => s_table.Search(word, 1) is not [var first] || (first.Word != word && !first.Synonyms.Contains(word)))];
        Assert.True(missed.Length <= 5, string.Join(", ", missed));
    }

    [Fact]
    public void Of_thirty_strings_that_mean_nothing_none_finds_anything()
    {
        Assert.Equal(30, s_nonsense.Length);
        Assert.All(s_nonsense, word => Assert.Empty(s_table.Search(word, 5)));
        Assert.All(s_nonsense, word => Assert.Null(s_table.Find(word)));
    }

    [Fact]
    public async Task Nine_in_ten_words_outside_the_table_are_concepts_by_their_text_code_and_none_of_those_that_mean_nothing()
    {
        string[] outside = [.. "axolotl,blacksmith,cathedral window,chopping board,dinner party,fortune teller,gondolier,haystack,jukebox player,kayaker,lawn sprinkler,marching band,rowing boat,snowball fight,treasure map".Split(',').Where(word => s_table.Find(word) is null)];
        await using var model = await VisionLanguageModel.LoadAsync(Path.GetDirectoryName(DefaultParts.ConceptTable())!, cancellationToken: TestContext.Current.CancellationToken);

        var unmade = new List<string>();
        foreach (var word in outside)
        {
            if (await model.ConceptAsync(word, TestContext.Current.CancellationToken) is not { IsVerified: false, Weights.L0: > 0 })
            {
                unmade.Add(word);
            }
        }

        Assert.InRange(unmade.Count, 0, outside.Length / 10);

        foreach (var word in s_nonsense)
        {
            Assert.True(await model.ConceptAsync(word, TestContext.Current.CancellationToken) is null, word);
        }
    }

    private static ConceptTable Read()
    {
        var file = DefaultParts.ConceptTable();
        var dimension = FeatureFile.Read(Path.Combine(Path.GetDirectoryName(file)!, "features.jsonl")).Count;
        return new ConceptTable(ConceptTableFile.Read(file, dimension), null);
    }
}
