using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>Questions after the colour of a thing and after how many of it there are.</summary>
internal static class LookQuestions
{
    /// <summary>One about a thing that something is known of; null where there is nothing.</summary>
    /// <param name="look">What is known.</param>
    /// <param name="isAlone">Whether it is the only kind of thing, so that its number is that of all things.</param>
    /// <param name="random">Source of every choice.</param>
    public static QuestionAnswer? Ask(ThingLook look, bool isAlone, SeededRandom random)
    {
        var isColour = look.Colour is not null && (look.Count is null || random.Chance(0.45));
        return isColour ? Colour(look.Thing, look.Count ?? 1, look.Colour!, random) : look.Count is { } count ? Count(look.Thing, count, isAlone, random) : null;
    }

    /// <summary>"The cars are red."</summary>
    public static string Coloured(string thing, int count, string colour) => $"The {Name(thing, count)} {Is(thing, count)} {colour}.";

    /// <summary>"There are three cars."</summary>
    public static string Counted(string thing, int count) => count == 1 ? $"There is one {thing}." : $"There are {Noun.Number(count)} {Noun.Plural(thing)}.";

    /// <summary>Asked for, or yes and no with the same probability.</summary>
    private static QuestionAnswer Colour(string thing, int count, string colour, SeededRandom random)
    {
        if (random.Chance(0.6))
        {
            var isPlural = count > 1 || Noun.IsPluralLabel(thing);
            return new(
                QuestionKind.Colour, string.Format(random.Pick(QuestionForms.Colour), Name(thing, count), Is(thing, count), isPlural ? "do" : "does"), Coloured(thing, count, colour));
        }

        var isIt = random.Chance(0.5);
        var asked = isIt ? colour : random.Pick([.. ColourNames.All.Where(other => other != colour)]);
        return new(QuestionKind.Colour, $"{ThingQuestions.Capital(Is(thing, count))} the {Name(thing, count)} {asked}?", $"{(isIt ? "Yes" : "No")}, the {Name(thing, count)} {Is(thing, count)} {colour}.");
    }

    private static QuestionAnswer Count(string thing, int count, bool isAlone, SeededRandom random) => new(
        QuestionKind.Count, !isAlone || random.Chance(0.7) ? string.Format(random.Pick(QuestionForms.Count), Noun.Plural(thing)) : random.Pick(QuestionForms.CountOfAll), Counted(thing, count));

    private static string Name(string thing, int count) => count > 1 ? Noun.Plural(thing) : thing;

    private static string Is(string thing, int count) => count > 1 || Noun.IsPluralLabel(thing) ? "are" : "is";
}
