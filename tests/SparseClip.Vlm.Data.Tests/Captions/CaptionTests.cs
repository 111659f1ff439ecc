using CsCheck;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Tests.Captions;

public sealed class CaptionTests
{
    [Theory]
    [InlineData("dog", "a dog", "dogs")]
    [InlineData("apple", "an apple", "apples")]
    [InlineData("hourglass", "an hourglass", "hourglasses")]
    [InlineData("unicorn", "a unicorn", "unicorns")]
    [InlineData("euphonium", "a euphonium", "euphoniums")]
    [InlineData("umbrella", "an umbrella", "umbrellas")]
    [InlineData("x-ray", "an x-ray", "x-rays")]
    [InlineData("scissors", "scissors", "scissors")]
    [InlineData("red bell pepper", "a red bell pepper", "red bell peppers")]
    [InlineData("pot of food", "a pot of food", "pots of food")]
    [InlineData("woman with veil", "a woman with veil", "women with veil")]
    [InlineData("men wrestling", "men wrestling", "men wrestling")]
    [InlineData("arla standard milk", "arla standard milk", "arla standard milk")]
    [InlineData("wolf", "a wolf", "wolves")]
    [InlineData("cherry", "a cherry", "cherries")]
    [InlineData("octopus", "an octopus", "octopuses")]
    [InlineData("lens", "a lens", "lenses")]
    public void Articles_and_plurals(string label, string one, string many)
    {
        Assert.Equal(one, Noun.WithArticle(label));
        Assert.Equal(many, Noun.Plural(label));
    }

    [Fact]
    public void Labels_of_different_sources_meet() => Assert.Equal("family man, boy", Noun.Normalize(" Family: man,  boy"));

    [Fact]
    public void Zero_shot_prompts_are_templates_of_training() =>
        Assert.All(PromptTemplates.ZeroShot, prompt => Assert.Contains(prompt, PromptTemplates.Training.Select(t => t.Template)));

    [Fact]
    public void The_captions_of_a_label_are_few_and_none_uses_a_taken_word()
    {
        var writer = new CaptionWriter();
        var random = new SeededRandom(1);
        var seen = Enumerable.Range(0, 5000).Select(_ => writer.Write("dog", ["pet", "puppy", "1f436", "animal"], random, word => word == "animal")).ToHashSet();

        Assert.InRange(seen.Count, 20, 6 * 5); // templates x (label, 2 tags, label + 2 tags)
        Assert.DoesNotContain(seen, caption => caption.Contains("animal") || caption.Contains("1f436"));
        Assert.Contains("a picture of a dog", seen);
    }

    [Fact]
    public void Scene_captions_say_what_is_true() => Gen.Int[0, 100_000].Sample(
        seed =>
        {
            var truth = new SceneTruth(
                [new("heart", "red", new SceneBox(0, 0.2f, 0.3f, 0.5f)), new("car", null, new SceneBox(0.5f, 0.2f, 0.9f, 0.5f))], "white");
            var caption = SceneCaptions.Write(truth, new SeededRandom(seed));
            Assert.Contains("heart", caption);
            Assert.Contains("a car", caption);
            Assert.DoesNotContain("right of", caption); // the heart comes first in relations
            Assert.DoesNotContain("above", caption);
        },
        iter: 50);
}
