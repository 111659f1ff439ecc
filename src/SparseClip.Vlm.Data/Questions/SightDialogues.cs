using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>
/// Dialogues about a picture of which something is said in words, from what is true of it: naming, whether something is there, false premises, follow-ups. Yes and no, true and false
/// premises come about as often as each other, so that neither the picture nor the question decides alone. Thread-safe; the stream decides everything.
/// </summary>
/// <param name="vocabulary">Words that questions after something absent are made of.</param>
/// <param name="relations">Other and wider words; null for none.</param>
public sealed class SightDialogues(IReadOnlyList<string> vocabulary, IWordRelations? relations)
{
    /// <summary>More than half, as what was taken out of a picture of one thing is always denied.</summary>
    private const double PresentShare = 0.56;

    private readonly WordTruth _truth = new(relations);
    private readonly Siblings _siblings = new(vocabulary, relations);
    private readonly FollowUps _followUps = new(relations);

    /// <summary>A dialogue of 1 to 4 turns, no question twice and no answer twice.</summary>
    public IReadOnlyList<QuestionAnswer> About(PictureFacts facts, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ArgumentNullException.ThrowIfNull(random);
        var turns = new List<QuestionAnswer>();
        var count = 2 + random.Next(3) - (random.Chance(0.2) ? 1 : 0);
        for (var tries = 0; turns.Count < count && tries < 12; tries++)
        {
            var turn = Make(facts, turns.Count > 0, random);
            if (turns.TrueForAll(other => other.Question != turn.Question && other.Answer != turn.Answer && (turn.Kind is not QuestionKind.MainSubject || other.Kind != turn.Kind)))
            {
                turns.Add(turn);
            }
        }

        return turns;
    }

    private QuestionAnswer Make(PictureFacts facts, bool isLater, SeededRandom random)
    {
        var draw = random.NextDouble();
        return facts.Things.Count == 0 ? draw < 0.3 && facts.Gone.Count == 0 ? Nothing(random) : draw < 0.7 ? Presence(facts, random) : Premise(facts, random)
            : draw < 0.2 && Place(facts, random) is { } place ? place
            : draw < 0.35 && Look(facts, random) is { } look ? look
            : isLater && draw < 0.5 ? _followUps.Make(facts, random)
            : draw < (isLater ? 0.68 : 0.46) ? Presence(facts, random)
            : draw < (isLater ? 0.8 : 0.62) ? Premise(facts, random)
            : Name(facts, random);
    }

    private static QuestionAnswer Nothing(SeededRandom random) => new(
        QuestionKind.MainSubject, random.Pick([.. QuestionForms.MainSubject, .. QuestionForms.MainSubjectShort, .. QuestionForms.Describe]), "I recognise nothing in the picture.");

    private QuestionAnswer Name(PictureFacts facts, SeededRandom random)
    {
        var things = facts.Things.ToList();
        var named = SceneCaptions.Join([.. things.Select(Noun.WithArticle)]);
        var sentence = $"The picture shows {named}.";
        if (things.Count == 1 && random.Chance(2 / 3.0) && Doubt(facts) is { } doubt)
        {
            return new(QuestionKind.MainSubject, random.Pick(QuestionForms.MainSubject), doubt);
        }

        return random.Next(6) switch
        {
            0 or 1 => new(QuestionKind.MainSubject, random.Pick(things.Count > 1 ? QuestionForms.Everything : QuestionForms.MainSubjectShort), Noun.Sentence(named)),
            2 or 3 => new(QuestionKind.MainSubject, random.Pick(QuestionForms.MainSubject), sentence),
            4 => new(QuestionKind.MainSubject, random.Pick([.. QuestionForms.ListObjects, .. QuestionForms.Everything, .. QuestionForms.Describe]), sentence),
            _ => new(QuestionKind.MainSubject, random.Pick(QuestionForms.DescribeAtLength), AtLength(facts, sentence)),
        };
    }

    /// <summary>"I am not sure" where either of two words may be the nearest, and exactly one of them is true.</summary>
    private string? Doubt(PictureFacts facts)
    {
        if (facts.Words is not [{ As: Standing.Whole } first, { As: Standing.Whole } second, ..])
        {
            return null;
        }

        var isFirst = _truth.IsTrue(first.Word, facts.Things[0]);
        var isSecond = _truth.IsTrue(second.Word, facts.Things[0]);
        return (isFirst && _truth.IsFalse(second.Word, facts)) || (isSecond && _truth.IsFalse(first.Word, facts))
            ? $"I am not sure; it looks like {Noun.WithArticle(first.Word)} or {Noun.WithArticle(second.Word)}."
            : null;
    }

    private string AtLength(PictureFacts facts, string sentence)
    {
        var looks = string.Concat(facts.Looks.Where(look => look.Colour is not null).Select(look => " " + LookQuestions.Coloured(look.Thing, look.Count ?? 1, look.Colour!)));
        if (facts is { Relation: { } relation, Things: [var a, var b] })
        {
            return $"{sentence} The {a} {(Noun.IsPluralLabel(a) ? "are" : "is")} {SceneCaptions.Words(relation)} the {b}.{looks}";
        }

        var thing = facts.Things[0];
        return _followUps.CategoryOf(thing) is { } category && category != thing
            ? $"{sentence} {ThingQuestions.Capital(Noun.WithArticle(thing))} {(Noun.IsPluralLabel(thing) ? "are" : "is")} {Noun.WithArticle(category)}.{looks}"
            : sentence + looks;
    }

    /// <summary>How a thing looks, or how many of it there are; null where nothing is known.</summary>
    private static QuestionAnswer? Look(PictureFacts facts, SeededRandom random) => facts.Looks.Count == 0 ? null : LookQuestions.Ask(random.Pick(facts.Looks), facts.Things.Count == 1, random);

    /// <summary>How two things stand to each other; null where that is not known or cannot be read.</summary>
    private QuestionAnswer? Place(PictureFacts facts, SeededRandom random)
    {
        if (facts is not { Relation: { } relation, Things: [var a, var b] } || facts.Words.All(word => word.Side is null) || Seen(facts).Count < 2)
        {
            return null;
        }

        return random.Chance(0.5) ? SceneQuestions.Position(a, relation, b, random) : SceneQuestions.Position(b, relation.Opposite(), a, random);
    }

    private QuestionAnswer Presence(PictureFacts facts, SeededRandom random)
    {
        var seen = Seen(facts);
        var isThere = seen.Count > 0 && random.Chance(PresentShare);
        var thing = isThere ? random.Pick(seen) : "";
        var asked = isThere ? Named(thing, random) : Absent(facts, random);
        var isPlural = Noun.IsPluralLabel(asked);
        var (name, verb) = (Noun.WithArticle(asked), isPlural ? "are" : "is");
        var question = ThingQuestions.Capital(string.Format(random.Pick(QuestionForms.PresenceOfAnything), name, verb, isPlural ? "these" : "this"));
        var isWider = isThere && asked != thing && relations?.WiderThan(thing).Contains(asked) == true;
        return new QuestionAnswer(QuestionKind.Presence, question, isThere
            ? $"Yes, there {verb} {name}{(isWider ? ": " + Noun.WithArticle(thing) : "")}."
            : $"No, there {verb} no {asked}." + (facts.Things.Count == 0 ? "" : $" The picture shows {SceneCaptions.Join([.. facts.Things.Select(Noun.WithArticle)])}."));
    }

    private QuestionAnswer Premise(PictureFacts facts, SeededRandom random) => Seen(facts) is { Count: > 0 } seen && random.Chance(PresentShare)
        ? PremiseQuestions.True(random.Pick(seen), facts, random)
        : PremiseQuestions.False(Absent(facts, random), facts, random);

    /// <summary>The things that the words say are there: of others the words tell nothing, and to say yes to them would teach to say yes to anything.</summary>
    private List<string> Seen(PictureFacts facts) =>
        [.. facts.Things.Where(thing => facts.Words.Any(word => word.As != Standing.Maybe && _truth.IsTrue(word.Word, thing)))];

    /// <summary>The thing itself, another word for it or its kind.</summary>
    private string Named(string thing, SeededRandom random)
    {
        var draw = random.NextDouble();
        var others = draw < 0.65 ? [] : draw < 0.8 ? relations?.SynonymsOf(thing) ?? [] : _followUps.CategoryOf(thing) is { } category && !category.StartsWith("piece of ", StringComparison.Ordinal) ? [category] : [];
        return others.Count > 0 ? random.Pick(others) : thing;
    }

    /// <summary>A kind that none of the things is of, and none of the nearest words; null where the draw does not find one.</summary>
    private string? AbsentKind(PictureFacts facts, SeededRandom random)
    {
        // Kinds are affirmed of whatever is of them: were they never denied, they would be affirmed of everything. People are a kind of many nouns.
        var kind = random.Chance(0.3) ? "person" : random.Pick(BasicCategory.All);
        return (facts.Things.Count > 0 || facts.Gone.Count == 0) && facts.Things.All(thing => relations?.WiderThan(thing) is { Count: > 0 } wider && !wider.Contains(kind)) && _truth.IsFalse(kind, facts)
            && facts.Words.All(word => word.As == Standing.Maybe || relations?.WiderThan(word.Word).Contains(kind) != true) ? kind : null;
    }

    /// <summary>What was taken out, a word that is said beside the nearest but is not true, one that is easily mistaken, or any other.</summary>
    private string Absent(PictureFacts facts, SeededRandom random)
    {
        if (facts.Gone.Count > 0 && random.Chance(facts.Things.Count == 0 ? 0.85 : 0.5))
        {
            return random.Pick(facts.Gone);
        }

        if (random.Chance(0.25) && AbsentKind(facts, random) is { } kind)
        {
            return kind;
        }

        var draw = random.NextDouble();
        string[] said = [.. facts.Words.Where(word => word.As != Standing.Whole).Select(word => word.Word).Where(word => _truth.IsFalse(word, facts))];
        if (draw < 0.3 && said.Length > 0)
        {
            return random.Pick(said);
        }

        if (draw < 0.55 && facts.Things.Count > 0 && _siblings.Draw(random.Pick(facts.Things), random) is { } sibling && _truth.IsFalse(sibling, facts) && !IsSeen(sibling, facts))
        {
            return sibling;
        }

        for (var tries = 0; tries < 50; tries++)
        {
            var word = random.Pick(vocabulary);
            if (facts.Things.Count == 0 ? !WordTruth.SharesAWord(word, facts.Words.Select(seen => seen.Word).Concat(facts.AlsoTrue)) : _truth.IsFalse(word, facts) && !IsSeen(word, facts))
            {
                return word;
            }
        }

        return "unicycle";
    }

    /// <summary>Whether a word is said to be what the whole shows, rightly or wrongly.</summary>
    private bool IsSeen(string word, PictureFacts facts) => facts.Words.Any(seen => seen.As == Standing.Whole && (_truth.IsTrue(seen.Word, word) || _truth.IsTrue(word, seen.Word)));
}
