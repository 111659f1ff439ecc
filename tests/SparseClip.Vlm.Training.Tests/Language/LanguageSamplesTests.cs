using CsCheck;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Language;

namespace SparseClip.Vlm.Training.Tests.Language;

/// <summary>Over made-up codes in which every word has a feature of its own, on a grid of 2 x 2 patches.</summary>
public sealed class LanguageSamplesTests
{
    private static readonly string[] s_words = ["dog", "car", "sofa", "lamp", "tree", "boat", "cup", "shoe"];
    private static readonly string[] s_nouns = ["gizmo", "widget", "doodad", "gadget"];

    private static readonly SceneTruth s_scene = new(
        [new("dog", null, new SceneBox(0, 0.2f, 0.4f, 0.8f)), new("car", null, new SceneBox(0.6f, 0.2f, 1, 0.8f))], "white");

    [Fact]
    public void A_thing_that_is_named_affirmed_or_taken_for_granted_stands_in_the_words() => Gen.Int[0, 100_000].Sample(step =>
    {
        foreach (var sample in Samples(new LanguageSampleOptions(4, 1, 0.4, 0.3, 0.5, 4, 4, 0.8, 1.5)).Make(1, step))
        {
            foreach (var turn in sample.Turns)
            {
                var isThere = turn.Kind is QuestionKind.MainSubject or QuestionKind.Premise or QuestionKind.Position
                    || (turn.Kind is QuestionKind.Presence && turn.Answer.StartsWith("Yes", StringComparison.Ordinal));
                foreach (var word in s_words.Concat(s_nouns).Where(word => isThere && turn.Answer.Contains(word, StringComparison.OrdinalIgnoreCase)))
                {
                    Assert.True(sample.Said!.Contains(word, StringComparison.Ordinal), $"'{turn.Question}' -> '{turn.Answer}' of [{sample.Said}]");
                }
            }
        }
    });

    [Fact]
    public void The_words_are_those_that_are_said_when_the_dialogue_is_asked()
    {
        var pooled = new float[16];
        (pooled[0], pooled[1], pooled[2], pooled[3], pooled[4]) = (1, 0.9f, 0.85f, 0.8f, 0.7f);
        var crowded = new KeptPicture(
            new ImageCode(SparseCode.FromDense(pooled), [.. Enumerable.Range(0, 4).Select(_ => SparseCode.FromSorted(16, [0, 1, 2, 3, 4], [1f, 0.9f, 0.85f, 0.8f, 0.7f]))], 2, 2),
            new DialogueSample(ClipItemKind.Icon, ["tree"], [], null, "some"));
        var samples = Enumerable.Range(0, 60).SelectMany(step => Samples(new LanguageSampleOptions(8, 1, 0, 0, 0, 0, 4, 0.8, 1.5), crowded).Make(4, step)).Where(sample => sample.Said is not null).ToList();

        // Four words are nearer than the tree: it is said where it is asked after, and not told of where it is not.
        var asked = samples.Where(sample => sample.Turns.Any(turn => turn.Question.Contains("tree", StringComparison.OrdinalIgnoreCase))).ToList();
        Assert.NotEmpty(asked);
        Assert.All(asked, sample => Assert.Contains("tree", sample.Said!, StringComparison.Ordinal));
        Assert.All(samples.Except(asked), sample => Assert.DoesNotContain("tree", sample.Said!, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_things_stand_to_each_other_as_the_words_say()
    {
        var asked = 0;
        Gen.Int[0, 100_000].Sample(step =>
        {
            foreach (var sample in Samples(new LanguageSampleOptions(4, 1, 0, 0.5, 1, 4, 4, 0.8, 1.5)).Make(2, step))
            {
                foreach (var turn in sample.Turns.Where(turn => turn.Kind == QuestionKind.Position))
                {
                    Interlocked.Increment(ref asked);
                    var (first, side, second) = Related(turn.Answer);
                    Assert.True(
                        Said(sample.Said!, first, second) == side && Said(sample.Said!, second, first) == Opposite(side), $"'{turn.Question}' -> '{turn.Answer}' of [{sample.Said}]");
                }
            }
        });
        Assert.True(asked > 0);
    }

    [Fact]
    public void Pictures_of_two_things_come_as_often_as_asked_for()
    {
        var samples = Samples(new LanguageSampleOptions(200, 1, 0, 0, 0.75, 0, 4, 0.8, 1.5)).Make(3, 0);
        Assert.InRange(samples.Count(sample => sample.Said is { } said && said.Contains("dog", StringComparison.Ordinal) && said.Contains("car", StringComparison.Ordinal)) / 200.0, 0.62, 0.88);
    }

    [Fact]
    public void Pictures_of_which_the_words_tell_nothing_are_refused_with_a_reason()
    {
        var unread = new KeptPicture(Code(2, 2, 2, 2), new DialogueSample(ClipItemKind.Icon, ["tree"], [], null, "some"));
        var samples = Samples(new LanguageSampleOptions(1, 1, 0, 0, 0, 0, 4, 0.8, 1.5), unread);
        Assert.Contains("encode the concepts", Assert.Throws<TrainingException>(() => samples.Make(1, 1)).Message, StringComparison.Ordinal);
    }

    private static LanguageSamples Samples(LanguageSampleOptions options, params KeptPicture[] pictures)
    {
        pictures = pictures.Length > 0 ? pictures :
        [
            .. s_words.Index().Select(word => new KeptPicture(Code(word.Index, word.Index, word.Index, word.Index), new DialogueSample(ClipItemKind.Icon, [word.Item], [], null, "some"))),
            new KeptPicture(Code(0, 1, 0, 1), new DialogueSample(ClipItemKind.Scene, ["dog", "car"], [], s_scene, "scene")),
        ];
        var all = s_words.Concat(s_nouns).Select((word, i) => new ConceptCode(word, One(i))).ToList();
        var edits = new CodeEdits(
            new ConceptCodes([.. all.Select(concept => concept.Word)], [.. all.Select(concept => concept.Code)]), new QuestionGenerator(s_words), s_words, new AdapterEditOptions(0, 4, 0.8, 1.5, 0));
        edits.Observe(Enumerable.Repeat(2f, 16).ToArray());
        return new LanguageSamples(pictures, edits, [.. all.Take(s_words.Length)], [.. all.Skip(s_words.Length)], null, null, options);
    }

    private static ImageCode Code(params int[] patches)
    {
        var pooled = new float[16];
        foreach (var feature in patches)
        {
            pooled[feature] += 0.5f;
        }

        return new ImageCode(SparseCode.FromDense(pooled), [.. patches.Select(feature => SparseCode.FromSorted(16, [feature], [2f]))], 2, 2);
    }

    private static SparseCode One(int feature) => SparseCode.FromSorted(16, [feature], [1f]);

    /// <summary>"(Yes, )the dog is to the left of the car." as dog, left, car.</summary>
    private static (string First, string Side, string Second) Related(string answer)
    {
        var words = answer.ToLowerInvariant().Split([' ', ',', '.'], StringSplitOptions.RemoveEmptyEntries);
        string[] things = [.. words.Where(word => s_words.Contains(word) || s_nouns.Contains(word))];
        return (things[0], words.Contains("left") ? "left" : words.Contains("right") ? "right" : words.Contains("above") ? "top" : "bottom", things[1]);
    }

    /// <summary>On which side of another one a word is said to be.</summary>
    private static string? Said(string said, string word, string other) => new[] { ("left of", "left"), ("right of", "right"), ("above", "top"), ("below", "bottom") }
        .FirstOrDefault(side => said.Contains($"{word} {side.Item1} {other}", StringComparison.Ordinal)).Item2;

    private static string Opposite(string side) => side switch { "left" => "right", "right" => "left", "top" => "bottom", _ => "top" };
}
