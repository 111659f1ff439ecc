using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;


namespace SparseClip.Vlm.Data.Captions;

/// <summary>Sentences that are true of a scene: its things, their colours, their counts, where they stand.</summary>
public static class SceneCaptions
{
    /// <summary>One caption: a list of the things or, for two things in half of the cases, how they stand to each other.</summary>
    public static string Write(SceneTruth truth, SeededRandom random)
    {
        var named = truth.Labels;
        if (named.Count == 2 && truth.Objects.Count == 2 && random.Chance(0.5) && truth.Relation(0, 1) is { } relation)
        {
            return Prefix(random) + Relate(truth, 0, relation, 1, random);
        }

        return Prefix(random) + List(truth, random);
    }

    /// <summary>"a red heart, two dogs and a tree".</summary>
    public static string List(SceneTruth truth, SeededRandom random, double colourChance = 0.4)
    {
        var labels = truth.Labels.ToList();
        random.Shuffle(labels);
        return Join([.. labels.Select(label => truth.Count(label) > 1
            ? $"{Noun.Number(truth.Count(label))} {Noun.Plural(label)}"
            : Name(truth.Objects.First(o => o.Label == label), random, colourChance))]);
    }

    /// <summary>"a red heart to the left of a car".</summary>
    public static string Relate(SceneTruth truth, int a, SpatialRelation relation, int b, SeededRandom random, double colourChance = 0.4) =>
        $"{Name(truth.Objects[a], random, colourChance)} {Words(relation)} {Name(truth.Objects[b], random, colourChance)}";

    /// <summary>"to the left of", "above".</summary>
    public static string Words(SpatialRelation relation) => relation switch
    {
        SpatialRelation.LeftOf => "to the left of",
        SpatialRelation.RightOf => "to the right of",
        SpatialRelation.Above => "above",
        SpatialRelation.Below => "below",
        _ => throw new ArgumentOutOfRangeException(nameof(relation)),
    };

    /// <summary>"a, b and c".</summary>
    public static string Join(IReadOnlyList<string> parts) =>
        parts.Count < 2 ? string.Concat(parts) : string.Join(", ", parts.Take(parts.Count - 1)) + " and " + parts[^1];

    private static string Name(SceneObject thing, SeededRandom random, double colourChance) =>
        thing.Colour is { } colour && !ColourNames.ContainsColour(thing.Label) && random.Chance(colourChance)
            ? Noun.WithArticle($"{colour} {thing.Label}")
            : Noun.WithArticle(thing.Label);

    private static string Prefix(SeededRandom random) => random.NextDouble() switch
    {
        < 0.5 => "a picture of ",
        < 0.7 => "an image of ",
        _ => "",
    };
}
