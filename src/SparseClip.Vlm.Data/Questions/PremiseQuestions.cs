using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>Questions that take it for granted that something is there, in the same words whether it is or not.</summary>
internal static class PremiseQuestions
{
    /// <summary>About something that is there: what is known of it, else said to be unknown. What the words tell and is not known to be true is not asked: to say that it cannot be told would teach not to read them.</summary>
    public static QuestionAnswer True(string thing, PictureFacts facts, SeededRandom random)
    {
        var look = facts.Looks.FirstOrDefault(look => look.Thing == thing);
        var form = random.Pick([.. QuestionForms.Premises.Where(form => form.About switch
        {
            PremiseAbout.Colour => look?.Colour is not null || !Tell(word => word.Colour is not null),
            PremiseAbout.Number => look?.Count is not null || !Tell(word => word.Count is not null),
            PremiseAbout.Place => Place(facts, thing) is not null || !Tell(word => word.Side is not null),
            _ => true,
        })]);
        return new QuestionAnswer(QuestionKind.Premise, Ask(form.Question, thing), Answer(form.About, thing, facts));

        bool Tell(Func<SeenWord, bool> it) => facts.Words.Any(word => word.As != Standing.Maybe && it(word));
    }

    /// <summary>About something that is not there: corrected, with what is there instead if that is known.</summary>
    public static QuestionAnswer False(string absent, PictureFacts facts, SeededRandom random)
    {
        var correction = $"There {Is(absent)} no {absent} in the picture";
        return new QuestionAnswer(
            QuestionKind.FalsePremise, Ask(random.Pick(QuestionForms.Premises).Question, absent),
            facts.Things.Count == 0 ? correction + "." : $"{correction}; it shows {SceneCaptions.Join([.. facts.Things.Select(Noun.WithArticle)])}.");
    }

    private static string Ask(string form, string thing) => ThingQuestions.Capital(string.Format(
        form, thing, Is(thing), Noun.IsPluralLabel(thing) ? "do" : "does", Noun.Plural(thing), Noun.IsPluralLabel(thing) ? "they" : "it"));

    private static string Answer(PremiseAbout about, string thing, PictureFacts facts)
    {
        var look = facts.Looks.FirstOrDefault(look => look.Thing == thing);
        return about switch
        {
            PremiseAbout.Colour when look?.Colour is { } colour => LookQuestions.Coloured(thing, look.Count ?? 1, colour),
            PremiseAbout.Place when Place(facts, thing) is { } place => $"The {thing} {Is(thing)} {place}.",
            PremiseAbout.Number when look?.Count is { } count => LookQuestions.Counted(thing, count),
            _ => $"There {Is(thing)} {Noun.WithArticle(thing)} in the picture, but I cannot tell {Unknown(about, thing)}.",
        };
    }

    /// <summary>Beside the other one of two things.</summary>
    private static string? Place(PictureFacts facts, string thing) => facts is { Relation: { } relation, Things: [var first, var second] }
        ? thing == first ? $"{SceneCaptions.Words(relation)} the {second}" : $"{SceneCaptions.Words(relation.Opposite())} the {first}"
        : null;

    private static string Unknown(PremiseAbout about, string thing) => about switch
    {
        PremiseAbout.Colour => Noun.IsPluralLabel(thing) ? "their colour" : "its colour",
        PremiseAbout.Place => "where exactly",
        PremiseAbout.Number => "how many",
        PremiseAbout.Size => Noun.IsPluralLabel(thing) ? "their size" : "its size",
        _ => "that",
    };

    private static string Is(string thing) => Noun.IsPluralLabel(thing) ? "are" : "is";
}

/// <summary>What a question with a premise asks.</summary>
internal enum PremiseAbout
{
    Colour,
    Place,
    Number,
    Size,
    Else,
}
