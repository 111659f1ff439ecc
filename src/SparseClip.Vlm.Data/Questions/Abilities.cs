using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Randomness;

namespace SparseClip.Vlm.Data.Questions;

/// <summary>What things of a kind can and cannot do, where that is plain: "Can it fly?"</summary>
internal static class Abilities
{
    private static readonly string[] s_made =
        ["vehicle", "tool", "weapon", "building", "musical instrument", "piece of clothing", "piece of footwear", "hat", "piece of furniture", "container", "toy", "machine",
         "appliance", "computer", "clock", "boat", "ship", "aircraft", "piece of jewelry", "device"];

    private static readonly string[] s_alive = ["animal", "bird", "fish", "insect", "reptile", "flower", "tree", "plant", "person"];
    private static readonly string[] s_eaten = ["fruit", "vegetable", "food"];

    /// <summary>Question, how it is affirmed and denied ({0} the thing with its article, {1} whether it is plural), what can, what cannot.</summary>
    private static readonly Ability[] s_all =
    [
        new("Can it fly?", "{0} can fly", "{0} cannot fly", ["bird", "aircraft"], ["vehicle", "tool", "building", "musical instrument", "piece of clothing", "piece of furniture", "fruit", "vegetable", "tree", "flower", "boat", "ship"]),
        new("Is it alive?", "{0} lives", "{0} does not live", s_alive, s_made),
        new("Can you eat it?", "you can eat {0}", "you cannot eat {0}", s_eaten, s_made),
        new("Can you wear it?", "you can wear {0}", "you cannot wear {0}", ["piece of clothing", "piece of footwear", "hat", "piece of jewelry"], [.. s_alive, .. s_eaten, "vehicle", "building", "boat", "ship", "aircraft", "piece of furniture"]),
        new("Can people travel in it?", "people can travel in {0}", "people cannot travel in {0}", ["vehicle", "boat", "ship", "aircraft"], [.. s_alive, .. s_eaten, "tool", "piece of clothing", "piece of furniture", "clock", "hat"]),
        new("Can you play music on it?", "you can play music on {0}", "you cannot play music on {0}", ["musical instrument"], [.. s_alive, .. s_eaten, "vehicle", "building", "tool", "piece of clothing", "piece of furniture"]),
        new("Does it grow on a plant?", "{0} grows on a plant", "{0} does not grow on a plant", ["fruit"], [.. s_made, "animal", "bird", "fish"]),
    ];

    /// <summary>A question whose answer follows from the thing's kind, yes or no with the same probability where both can be; null where nothing follows.</summary>
    public static QuestionAnswer? Ask(string thing, string? category, SeededRandom random)
    {
        if (category is null || Noun.IsPluralLabel(thing))
        {
            return null;
        }

        var yes = s_all.Where(ability => ability.Can.Contains(category)).ToList();
        var no = s_all.Where(ability => ability.Cannot.Contains(category)).ToList();
        var isYes = no.Count == 0 || (yes.Count > 0 && random.Chance(0.5));
        if (yes.Count + no.Count == 0)
        {
            return null;
        }

        var ability = random.Pick(isYes ? yes : no);
        var said = string.Format(isYes ? ability.Affirmed : ability.Denied, Noun.WithArticle(thing));
        return new QuestionAnswer(QuestionKind.FollowUp, ability.Question, $"{(isYes ? "Yes" : "No")}, {said}.");
    }

    private sealed record Ability(string Question, string Affirmed, string Denied, string[] Can, string[] Cannot);
}
