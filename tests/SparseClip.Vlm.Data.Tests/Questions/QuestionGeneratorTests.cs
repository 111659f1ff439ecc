using CsCheck;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Tests.Questions;

public sealed class QuestionGeneratorTests
{
    private static readonly SceneTruth Scene = new(
        [
            new("dog", "brown", new SceneBox(0, 0, 0.2f, 0.2f)),
            new("dog", "brown", new SceneBox(0.3f, 0, 0.5f, 0.2f)),
            new("car", "red", new SceneBox(0, 0.6f, 0.2f, 0.8f)),
            new("house", null, new SceneBox(0.7f, 0.6f, 0.9f, 0.8f)),
        ],
        "white");

    private readonly QuestionGenerator generator = new(["dog", "car", "house", "boat", "tree", "hot dog"]);

    [Fact]
    public void Everything_said_about_a_scene_is_true() => Gen.Int[0, 100_000].Sample(
        seed =>
        {
            foreach (var turn in generator.About(Scene, 4, new SeededRandom(seed)))
            {
                switch (turn.Kind)
                {
                    case QuestionKind.Count:
                        Assert.Contains(turn.Answer, new[] { "There are two dogs.", "There is one car.", "There is one house.", "There are no boats.", "There are no trees." });
                        break;
                    case QuestionKind.Colour:
                        Assert.Contains(turn.Answer, new[] { "The dogs are brown.", "The car is red." });
                        break;
                    case QuestionKind.Position:
                        Assert.Contains(turn.Answer.Split(", ")[^1].ToLowerInvariant(), new[] { "the car is to the left of the house.", "the house is to the right of the car." });
                        Assert.DoesNotContain("dog", turn.Answer);
                        break;
                    case QuestionKind.Presence:
                        Assert.Equal(turn.Answer.StartsWith("Yes", StringComparison.Ordinal), Scene.Labels.Any(l => turn.Question.Contains(l)));
                        break;
                    default:
                        Assert.All(Scene.Labels, label => Assert.Contains(label, turn.Answer));
                        break;
                }
            }
        },
        iter: 300);

    [Fact]
    public void Yes_and_no_are_balanced_and_never_about_something_like_the_subject()
    {
        var random = new SeededRandom(5);
        var thing = new Thing("dog", ["pet"], ClipItemKind.Photo, "animal");
        var answers = Enumerable.Range(0, 2000).SelectMany(_ => generator.About(thing, 3, random)).Where(t => t.Kind == QuestionKind.Presence).ToList();

        Assert.InRange(answers.Count(a => a.Answer.StartsWith("Yes", StringComparison.Ordinal)) / (double)answers.Count, 0.4, 0.6);
        Assert.DoesNotContain(answers, a => a.Answer.Contains("hot dog"));
    }

    [Fact]
    public void The_main_subject_is_asked_and_answered_in_sentences()
    {
        var random = new SeededRandom(9);
        for (var i = 0; i < 200; i++)
        {
            var turns = generator.About(new Thing("tabby cat", [], ClipItemKind.Icon, null), 3, random);
            var subject = Assert.Single(turns, t => t.Kind == QuestionKind.MainSubject);
            Assert.Contains(subject.Answer, new[] { "A tabby cat.", "The picture shows a tabby cat." });
            Assert.All(turns, t => Assert.EndsWith(".", t.Answer));
        }
    }

    [Fact]
    public void Plurals_are_spoken_of_as_plurals()
    {
        var random = new SeededRandom(2);
        var turns = Enumerable.Range(0, 200).SelectMany(_ => generator.About(new Thing("scissors", [], ClipItemKind.Icon, null), 3, random)).ToList();
        Assert.DoesNotContain(turns, t => t.Answer.Contains("a scissors") || t.Answer.Contains("is scissors"));
        Assert.Equal("two dogs", $"{Noun.Number(2)} {Noun.Plural("dog")}");
    }
}
