using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Questions;

/// <summary>What is asked about a picture of one thing.</summary>
/// <param name="Label">Normalised label.</param>
/// <param name="Tags">Further words; a question whether they are there is never answered with no.</param>
/// <param name="Kind">Icon or photograph: how the picture is called.</param>
/// <param name="Category">A wider word such as "fruit"; null where none is known.</param>
public sealed record Thing(string Label, IReadOnlyList<string> Tags, ClipItemKind Kind, string? Category);

/// <summary>Questions about pictures of one thing. Every answer is a whole sentence.</summary>
/// <param name="vocabulary">Labels that questions after something absent are made of.</param>
internal sealed class ThingQuestions(IReadOnlyList<string> vocabulary)
{
    public QuestionAnswer Make(QuestionKind kind, Thing thing, SeededRandom random) => kind switch
    {
        QuestionKind.MainSubject => MainSubject(thing, random),
        QuestionKind.Describe => new(kind, random.Pick(QuestionForms.Describe), Describe(thing, random)),
        QuestionKind.Caption => new(kind, random.Pick(QuestionForms.Caption), Noun.Sentence(Noun.WithArticle(thing.Label))),
        QuestionKind.Category => new(kind, random.Pick(QuestionForms.Category), $"It is {Noun.WithArticle(thing.Category ?? thing.Label)}."),
        QuestionKind.Presence => Presence([thing.Label], thing.Tags, random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a question about one thing."),
    };

    /// <summary>A yes or no question, either with the same probability.</summary>
    public QuestionAnswer Presence(IReadOnlyList<string> present, IReadOnlyList<string> alsoPresent, SeededRandom random)
    {
        var isThere = random.Chance(0.5) || vocabulary.Count == 0;
        var asked = isThere ? random.Pick(present) : Absent(present, alsoPresent, random);
        var isPlural = Noun.IsPluralLabel(asked);
        var name = Noun.WithArticle(asked);
        var question = Capital(string.Format(random.Pick(QuestionForms.Presence), name, isPlural ? "are" : "is"));
        var verb = isPlural ? "are" : "is";
        return new QuestionAnswer(QuestionKind.Presence, question, isThere ? $"Yes, there {verb} {name}." : $"No, there {verb} no {asked}.");
    }

    /// <summary>A label that shares no word with what is there.</summary>
    internal string Absent(IReadOnlyList<string> present, IReadOnlyList<string> alsoPresent, SeededRandom random)
    {
        var words = present.Concat(alsoPresent.Select(Noun.Normalize)).SelectMany(l => l.Split(' ', '-')).ToHashSet(StringComparer.Ordinal);
        for (var tries = 0; tries < 50; tries++)
        {
            var label = random.Pick(vocabulary);
            if (!label.Split(' ', '-').Any(words.Contains))
            {
                return label;
            }
        }

        return "unicycle";
    }

    internal static string Capital(string text) => char.ToUpperInvariant(text[0]) + text[1..];

    private static QuestionAnswer MainSubject(Thing thing, SeededRandom random)
    {
        var name = Noun.WithArticle(thing.Label);
        return random.Chance(0.6)
            ? new(QuestionKind.MainSubject, random.Pick(QuestionForms.MainSubjectShort), Noun.Sentence(name))
            : new(QuestionKind.MainSubject, random.Pick(QuestionForms.MainSubject), $"The picture shows {name}.");
    }

    private static string Describe(Thing thing, SeededRandom random)
    {
        var name = Noun.WithArticle(thing.Label);
        var picture = thing.Kind == ClipItemKind.Photo ? "photograph" : "drawing";
        var category = thing.Category is { } wider && wider != thing.Label ? $", {Noun.WithArticle(wider)}" : "";
        return random.Next(3) switch
        {
            0 => $"The picture shows {name}{category}.",
            1 => $"This is a {picture} of {name}{category}.",
            _ => $"There {(Noun.IsPluralLabel(thing.Label) ? "are" : "is")} {name} in the picture. It is a {picture}.",
        };
    }
}
