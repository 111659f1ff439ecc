using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Questions;

/// <summary>
/// Dialogues of several turns about a picture, from what is known of it. The main subject is asked in most dialogues about one thing. For
/// training on edited codes, the dialogue of another label comes from the same methods. Thread-safe; the stream decides everything.
/// </summary>
/// <param name="vocabulary">Labels for questions after something absent; may be empty, then all answers are yes.</param>
public sealed class QuestionGenerator(IReadOnlyList<string> vocabulary)
{
    private readonly ThingQuestions things = new(vocabulary);

    /// <summary>Turns about one thing, no kind twice but the main subject, in random order.</summary>
    /// <param name="thing">What the picture shows.</param>
    /// <param name="turns">How many, 1..4.</param>
    /// <param name="random">Source of every choice.</param>
    public IReadOnlyList<QuestionAnswer> About(Thing thing, int turns, SeededRandom random)
    {
        Check(turns);
        var kinds = new List<QuestionKind> { QuestionKind.Describe, QuestionKind.Presence, QuestionKind.Caption };
        if (thing.Category is not null)
        {
            kinds.Add(QuestionKind.Category);
        }

        random.Shuffle(kinds);
        if (turns > 1 || random.Chance(0.6))
        {
            kinds.Insert(0, QuestionKind.MainSubject);
        }

        return Ordered([.. kinds.Take(turns).Select(kind => things.Make(kind, thing, random))], random);
    }

    /// <summary>Turns about a scene, in random order; kinds may come twice where the question differs.</summary>
    public IReadOnlyList<QuestionAnswer> About(SceneTruth truth, int turns, SeededRandom random)
    {
        Check(turns);
        var possible = SceneQuestions.Possible(truth);
        random.Shuffle(possible);
        var made = new List<QuestionAnswer>();
        foreach (var kind in possible.Take(turns))
        {
            made.Add(SceneQuestions.Make(kind, truth, things, random));
        }

        return Ordered(made, random);
    }

    private static void Check(int turns)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(turns, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(turns, 4);
    }

    private static List<QuestionAnswer> Ordered(List<QuestionAnswer> turns, SeededRandom random)
    {
        random.Shuffle(turns);
        return turns;
    }
}
