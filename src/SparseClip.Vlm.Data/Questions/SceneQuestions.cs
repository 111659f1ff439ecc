using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Questions;

/// <summary>Questions about scenes, answered from their truth.</summary>
internal static class SceneQuestions
{
    /// <summary>The kinds that the truth has an answer to.</summary>
    public static List<QuestionKind> Possible(SceneTruth truth)
    {
        var kinds = new List<QuestionKind> { QuestionKind.Describe, QuestionKind.ListObjects, QuestionKind.Caption, QuestionKind.Presence };
        if (truth.Labels.Any(Noun.IsCountable))
        {
            kinds.Add(QuestionKind.Count);
        }

        if (Coloured(truth).Count > 0)
        {
            kinds.Add(QuestionKind.Colour);
        }

        if (Pairs(truth).Count > 0)
        {
            kinds.Add(QuestionKind.Position);
        }

        return kinds;
    }

    public static QuestionAnswer Make(QuestionKind kind, SceneTruth truth, ThingQuestions others, SeededRandom random) => kind switch
    {
        QuestionKind.Describe => new(kind, random.Pick(QuestionForms.Describe), Describe(truth, random)),
        QuestionKind.ListObjects => new(kind, random.Pick(QuestionForms.ListObjects), $"The picture shows {SceneCaptions.List(truth, random, colourChance: 0)}."),
        QuestionKind.Caption => new(kind, random.Pick(QuestionForms.Caption), Noun.Sentence(SceneCaptions.Write(truth, random))),
        QuestionKind.Presence => others.Presence(truth.Labels, [], random),
        QuestionKind.Count => Count(truth, others, random),
        QuestionKind.Colour => Colour(truth, random),
        QuestionKind.Position => Position(truth, random),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "Not a question about a scene."),
    };

    private static string Describe(SceneTruth truth, SeededRandom random)
    {
        var list = $"The picture shows {SceneCaptions.List(truth, random, colourChance: 0.7)}";
        if (truth.Labels.Count == 2 && truth.Objects.Count == 2 && truth.Relation(0, 1) is { } relation)
        {
            return $"{list}. {ThingQuestions.Capital(The(truth, 0))} {Is(truth, 0)} {SceneCaptions.Words(relation)} {The(truth, 1)}.";
        }

        return truth.Background is "white" or "gradient" or "pattern" || !ColourNames.All.Contains(truth.Background)
            ? list + "."
            : $"{list} on {Noun.WithArticle(truth.Background)} background.";
    }

    private static QuestionAnswer Count(SceneTruth truth, ThingQuestions others, SeededRandom random)
    {
        var label = random.Chance(0.15)
            ? others.Absent(truth.Labels, [], random)
            : random.Pick([.. truth.Labels.Where(Noun.IsCountable)]);
        var count = truth.Count(label);
        var answer = count switch
        {
            0 => $"There are no {Noun.Plural(label)}.",
            1 => $"There is one {label}.",
            _ => $"There are {Noun.Number(count)} {Noun.Plural(label)}.",
        };
        return new QuestionAnswer(QuestionKind.Count, string.Format(random.Pick(QuestionForms.Count), Noun.Plural(label)), answer);
    }

    private static QuestionAnswer Colour(SceneTruth truth, SeededRandom random)
    {
        var (label, colour) = random.Pick(Coloured(truth));
        var isPlural = Noun.IsPluralLabel(label) || truth.Count(label) > 1;
        var name = truth.Count(label) > 1 ? Noun.Plural(label) : label;
        var verb = isPlural ? "are" : "is";
        return new QuestionAnswer(
            QuestionKind.Colour, string.Format(random.Pick(QuestionForms.Colour), name, verb, isPlural ? "do" : "does"), $"The {name} {verb} {colour}.");
    }

    private static QuestionAnswer Position(SceneTruth truth, SeededRandom random)
    {
        var (a, relation, b) = random.Pick(Pairs(truth));
        return Position(truth.Objects[a].Label, relation, truth.Objects[b].Label, random);
    }

    /// <summary>How a thing stands to another one: asked for, or yes and no with the same probability.</summary>
    public static QuestionAnswer Position(string a, SpatialRelation relation, string b, SeededRandom random)
    {
        var truthful = $"the {a} {Is(a)} {SceneCaptions.Words(relation)} the {b}";
        if (random.Chance(0.5))
        {
            var isTrue = random.Chance(0.5);
            var question = $"{ThingQuestions.Capital(Is(a))} the {a} {SceneCaptions.Words(isTrue ? relation : relation.Opposite())} the {b}?";
            return new QuestionAnswer(QuestionKind.Position, question, $"{(isTrue ? "Yes" : "No")}, {truthful}.");
        }

        var isHorizontal = relation is SpatialRelation.LeftOf or SpatialRelation.RightOf;
        var choice = isHorizontal ? "to the left or to the right of" : "above or below";
        return new QuestionAnswer(
            QuestionKind.Position,
            random.Chance(0.6) ? $"{ThingQuestions.Capital(Is(a))} the {a} {choice} the {b}?" : $"Where {Is(a)} the {a}?",
            ThingQuestions.Capital(truthful) + ".");
    }

    /// <summary>Labels whose things all have one and the same colour.</summary>
    private static List<(string Label, string Colour)> Coloured(SceneTruth truth) =>
        [.. truth.Objects.GroupBy(o => o.Label).Where(g => g.First().Colour is not null && g.Select(o => o.Colour).Distinct().Count() == 1).Select(g => (g.Key, g.First().Colour!))];

    /// <summary>Pairs of things that each are the only one of their label, and how they stand.</summary>
    private static List<(int A, SpatialRelation Relation, int B)> Pairs(SceneTruth truth)
    {
        var pairs = new List<(int, SpatialRelation, int)>();
        for (var a = 0; a < truth.Objects.Count; a++)
        {
            for (var b = 0; b < truth.Objects.Count; b++)
            {
                if (a != b && truth.Count(truth.Objects[a].Label) == 1 && truth.Count(truth.Objects[b].Label) == 1 && truth.Relation(a, b) is { } relation)
                {
                    pairs.Add((a, relation, b));
                }
            }
        }

        return pairs;
    }

    private static string The(SceneTruth truth, int i) => "the " + truth.Objects[i].Label;

    private static string Is(SceneTruth truth, int i) => Is(truth.Objects[i].Label);

    private static string Is(string label) => Noun.IsPluralLabel(label) ? "are" : "is";
}
