using CsCheck;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Tests.Questions;

public sealed class SightDialoguesTests
{
    private static readonly Relations s_relations = new();
    private static readonly PictureFacts s_dog = new(["dog"], [], ["pet"], [new("dog", 0.55f), new("wolf", 0.53f), new("puppy", 0.3f, Standing.Maybe), new("sofa", 0.2f, Standing.Maybe)]);
    private static readonly PictureFacts s_gone = new([], ["dog"], ["pet"], [new("wolf", 0.4f), new("dog", 0.2f, Standing.Maybe)]);
    private static readonly PictureFacts s_two = new(
        ["car", "dog"], [], [], [new("car", 0.5f, Standing.Whole, Side.Right), new("dog", 0.45f, Standing.Part, Side.Left)],
        SpatialRelation.RightOf)
    { Looks = [new("car", "red", null), new("dog", "brown", null)] };

    private static readonly PictureFacts s_three = new(["car"], [], [], [new("car", 0.5f, Colour: "red", Count: 3)]) { Looks = [new("car", "red", 3)] };
    private static readonly PictureFacts s_nothing = new([], [], [], []);

    private static readonly PictureFacts s_unsaid = new(["dog"], [], ["dog"], [new("sofa", 0.5f), new("dog", 0.3f, Standing.Maybe)]);

    private readonly SightDialogues _dialogues = new(["dog", "wolf", "cat", "car", "bus", "sofa", "puppy", "pet dog"], s_relations);

    [Fact]
    public void Yes_is_said_of_what_is_there_and_no_of_what_is_not() => Each(s_dog, (turn, _) =>
    {
        if (turn.Kind == QuestionKind.Presence)
        {
            var isThere = turn.Answer.StartsWith("Yes", StringComparison.Ordinal);
            Assert.Equal(isThere, Mentions(turn.Question, "dog") || Mentions(turn.Question, "animal") || Mentions(turn.Question, "hound"));
            Assert.True(isThere || turn.Answer.EndsWith("The picture shows a dog.", StringComparison.Ordinal), turn.Answer);
        }
    });

    [Fact]
    public void A_word_that_may_be_true_is_never_denied() => Each(s_dog, (turn, _) =>
        Assert.False(turn.Answer.Contains("no puppy", StringComparison.Ordinal) || turn.Answer.Contains("no pet dog", StringComparison.Ordinal), turn.Answer));

    [Fact]
    public void What_was_taken_out_is_denied_and_nothing_is_named() => Each(s_gone, (turn, _) =>
    {
        Assert.True(turn.Kind is QuestionKind.Presence or QuestionKind.FalsePremise, turn.Kind.ToString());
        Assert.Matches("^(No, there|There) (is|are) no ", turn.Answer);
        Assert.DoesNotContain("shows", turn.Answer, StringComparison.Ordinal);
    });

    [Fact]
    public void A_false_premise_is_corrected_by_what_is_there_and_a_true_one_is_not_denied() => Each(s_two, (turn, _) =>
    {
        if (turn.Kind == QuestionKind.FalsePremise)
        {
            Assert.Matches("^There (is|are) no .* in the picture; it shows a car and a dog\\.$", turn.Answer);
        }

        if (turn.Kind == QuestionKind.Premise)
        {
            Assert.DoesNotContain(" no ", turn.Answer, StringComparison.Ordinal);
        }
    });

    [Theory]
    [InlineData(null, null, true)]
    [InlineData("red", 2, false)]
    public void It_is_said_that_colour_or_number_cannot_be_told_only_where_the_words_do_not_tell_them(string? colour, int? count, bool isUnknown)
    {
        var facts = new PictureFacts(["dog"], [], [], [new("dog", 0.5f, Colour: colour, Count: count), new("cat", 0.2f, Standing.Maybe)]);
        var answers = Enumerable.Range(0, 2000).SelectMany(seed => _dialogues.About(facts, new SeededRandom(seed))).Select(turn => turn.Answer).ToList();
        Assert.Equal(isUnknown, answers.Any(answer => answer.Contains("cannot tell its colour", StringComparison.Ordinal)));
        Assert.Equal(isUnknown, answers.Any(answer => answer.Contains("cannot tell how many", StringComparison.Ordinal)));
        Assert.Contains(answers, answer => answer.Contains("cannot tell", StringComparison.Ordinal));
    }

    [Fact]
    public void Both_of_two_things_are_named_in_the_order_in_which_they_are_said() => Each(s_two, (turn, _) =>
        Assert.True(turn.Kind != QuestionKind.MainSubject || turn.Answer.Contains("a car and a dog", StringComparison.OrdinalIgnoreCase), turn.Answer));

    [Fact]
    public void Doubt_is_said_only_where_two_words_are_close_and_one_is_true() => Each(s_dog, (turn, _) =>
        Assert.True(!turn.Answer.Contains("not sure", StringComparison.Ordinal) || turn.Answer == "I am not sure; it looks like a dog or a wolf.", turn.Answer));

    [Fact]
    public void No_question_comes_twice_and_what_follows_up_is_not_first() => Gen.Int[0, 100_000].Sample(seed =>
    {
        var turns = _dialogues.About(s_dog, new SeededRandom(seed));
        Assert.InRange(turns.Count, 1, 4);
        Assert.Equal(turns.Count, turns.Select(turn => turn.Question).Distinct().Count());
        Assert.NotEqual(QuestionKind.FollowUp, turns[0].Kind);
    });

    [Fact]
    public void Yes_and_no_come_about_as_often_as_each_other()
    {
        var answers = Enumerable.Range(0, 3000).SelectMany(seed => _dialogues.About(s_dog, new SeededRandom(seed))).Where(turn => turn.Kind == QuestionKind.Presence).ToList();
        Assert.InRange(answers.Count(turn => turn.Answer.StartsWith("Yes", StringComparison.Ordinal)) / (double)answers.Count, 0.46, 0.64);
    }

    [Fact]
    public void How_two_things_stand_to_each_other_is_said_from_either_side()
    {
        var asked = 0;
        Each(s_two, (turn, _) =>
        {
            if (turn.Kind == QuestionKind.Position)
            {
                Interlocked.Increment(ref asked);
                Assert.Matches("(the car is to the right of the dog|the dog is to the left of the car)", turn.Answer.ToLowerInvariant());
            }
        });
        Assert.True(asked > 0);
    }

    [Fact]
    public void The_colour_and_the_number_of_things_are_told_and_a_wrong_colour_is_denied()
    {
        var answers = new System.Collections.Concurrent.ConcurrentDictionary<string, bool>();
        Each(s_three, (turn, _) =>
        {
            if (turn.Kind is QuestionKind.Colour or QuestionKind.Count)
            {
                answers[turn.Answer] = true;
                Assert.Contains(turn.Answer, new[] { "There are three cars.", "The cars are red.", "Yes, the cars are red.", "No, the cars are red." });
                Assert.Equal(turn.Answer.StartsWith("Yes", StringComparison.Ordinal), turn.Question == "Are the cars red?");
                Assert.True(turn.Kind == QuestionKind.Colour || Mentions(turn.Question, "cars") || Mentions(turn.Question, "things") || Mentions(turn.Question, "objects"), turn.Question);
            }
        });
        Assert.Equal(4, answers.Count);
        Each(s_two, (turn, _) => Assert.False(turn.Kind == QuestionKind.Count, "how many is not known"));
        Each(s_two, (turn, _) => Assert.True(turn.Kind != QuestionKind.Colour || turn.Answer.Contains("car", StringComparison.Ordinal) == turn.Answer.Contains("red", StringComparison.Ordinal), turn.Answer));
    }

    [Fact]
    public void Of_a_picture_of_nothing_everything_is_denied_and_nothing_is_named()
    {
        var answers = new System.Collections.Concurrent.ConcurrentDictionary<QuestionKind, int>();
        Each(s_nothing, (turn, _) =>
        {
            answers.AddOrUpdate(turn.Kind, 1, (_, count) => count + 1);
            Assert.Matches(turn.Kind == QuestionKind.MainSubject ? "^I recognise nothing in the picture\\.$" : "^(No, there|There) (is|are) no ", turn.Answer);
        });
        Assert.True(answers.ContainsKey(QuestionKind.MainSubject) && answers.ContainsKey(QuestionKind.Presence) && answers.ContainsKey(QuestionKind.FalsePremise));
    }

    [Fact]
    public void Kinds_are_denied_as_well_as_affirmed_and_never_of_what_is_of_them()
    {
        var answers = Enumerable.Range(0, 3000).SelectMany(seed => _dialogues.About(s_dog, new SeededRandom(seed))).Select(turn => turn.Answer).ToList();
        Assert.Contains(answers, answer => answer.StartsWith("Yes, there is an animal", StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.StartsWith("No, there is no person", StringComparison.Ordinal));
        Assert.Contains(answers, answer => answer.StartsWith("No, there is no vehicle", StringComparison.Ordinal));
        Assert.DoesNotContain(answers, answer => answer.Contains("no animal", StringComparison.Ordinal));
    }

    [Fact]
    public void Where_the_words_do_not_say_that_a_thing_is_there_nobody_asks_for_it() => Each(s_unsaid, (turn, _) =>
    {
        Assert.NotEqual(QuestionKind.Premise, turn.Kind);
        Assert.False(turn.Kind == QuestionKind.Presence && Mentions(turn.Question, "dog"), turn.Question);
        Assert.False(turn.Kind == QuestionKind.Presence && Mentions(turn.Question, "sofa"), "said to be what the whole shows, if wrongly: " + turn.Question);
    });

    private void Each(PictureFacts facts, Action<QuestionAnswer, int> check) => Gen.Int[0, 100_000].Sample(seed =>
    {
        foreach (var turn in _dialogues.About(facts, new SeededRandom(seed)))
        {
            check(turn, seed);
        }
    });

    private static bool Mentions(string question, string word) => question.Split(' ', '?', '.').Contains(word);

    private sealed class Relations : IWordRelations
    {
        public IReadOnlyList<string> WiderThan(string label) => label switch
        {
            "dog" or "wolf" => ["canine", "animal"],
            "puppy" => ["dog", "canine", "animal"],
            "cat" => ["feline", "animal"],
            "car" or "bus" => ["vehicle"],
            _ => [],
        };

        public IReadOnlyList<string> SynonymsOf(string label) => label == "dog" ? ["hound"] : [];

        public string? MeaningOf(string label) => label == "dog" ? "a member of the genus that barks" : null;
    }
}
