using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>Second questions about what was named: its kind, what it is, what it can do, what else there is.</summary>
/// <param name="relations">Wider words and meanings; null for none.</param>
internal sealed class FollowUps(IWordRelations? relations)
{
    private const int MostWordsOfMeaning = 14;
    private readonly BasicCategory _categories = new(relations);

    /// <summary>A word for what sort of thing something is; null where none is known.</summary>
    public string? CategoryOf(string thing) => _categories.Of(thing);

    public QuestionAnswer Make(PictureFacts facts, SeededRandom random)
    {
        var thing = facts.Things[0];
        return random.Next(5) switch
        {
            0 => Kind(thing, random),
            1 => Meaning(thing, random),
            2 => Abilities.Ask(thing, CategoryOf(thing), random),
            3 => IsA(thing, random),
            _ => Rest(facts, random),
        } ?? Rest(facts, random);
    }

    private QuestionAnswer? Kind(string thing, SeededRandom random)
    {
        var wider = CategoryOf(thing) ?? relations?.WiderThan(thing).FirstOrDefault(CaptionWriter.IsUsable);
        return wider is null || wider == thing ? null : new QuestionAnswer(
            QuestionKind.FollowUp, random.Pick(QuestionForms.Kind), $"{ThingQuestions.Capital(Noun.WithArticle(thing))} {Is(thing)} a kind of {(wider.StartsWith("piece of ", StringComparison.Ordinal) ? wider["piece of ".Length..] : wider)}.");
    }

    /// <summary>From the first clause of WordNet's definition, where it is short.</summary>
    private QuestionAnswer? Meaning(string thing, SeededRandom random)
    {
        var meaning = relations?.MeaningOf(thing);
        return meaning is null || Noun.IsPluralLabel(thing) || meaning.Split(' ').Length is < 3 or > MostWordsOfMeaning || !(meaning.StartsWith("a ", StringComparison.Ordinal) || meaning.StartsWith("an ", StringComparison.Ordinal))
            ? null
            : new QuestionAnswer(QuestionKind.FollowUp, random.Pick(QuestionForms.Meaning), $"{ThingQuestions.Capital(Noun.WithArticle(thing))} is {meaning}.");
    }

    private QuestionAnswer? IsA(string thing, SeededRandom random)
    {
        if (CategoryOf(thing) is not { } category)
        {
            return null;
        }

        var isIt = random.Chance(0.5);
        var asked = isIt ? category : random.Pick(s_asked);
        return relations?.WiderThan(thing).Contains(asked) == true && !isIt
            ? null
            : new QuestionAnswer(
                QuestionKind.FollowUp, $"Is it {Noun.WithArticle(asked)}?",
                $"{(asked == category ? "Yes" : "No")}, {Noun.WithArticle(thing)} {Is(thing)} {Noun.WithArticle(category)}.");
    }

    private static QuestionAnswer Rest(PictureFacts facts, SeededRandom random) => new(
        QuestionKind.FollowUp, random.Pick(QuestionForms.Rest),
        facts.Things.Count > 1 ? $"There {Is(facts.Things[1])} also {Noun.WithArticle(facts.Things[1])}." : $"I see nothing else beside the {facts.Things[0]}.");

    private static readonly string[] s_asked = ["animal", "vehicle", "building", "fruit", "musical instrument", "tool", "plant", "bird", "weapon", "vegetable"];

    private static string Is(string thing) => Noun.IsPluralLabel(thing) ? "are" : "is";
}
