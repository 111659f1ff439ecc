using System.Collections.Frozen;

namespace SparseClip.Vlm.Core.Language;

/// <summary>English plurals of single nouns, by the irregular ones and by spelling. Words are in lower case.</summary>
public static class Plurals
{
    private static readonly FrozenSet<string> s_singularInS = FrozenSet.ToFrozenSet(
        ["lens", "gas", "bus", "canvas", "atlas", "pancreas", "christmas", "chess", "minibus", "trolleybus", "pegasus", "oasis", "alas", "plus", "minus", "yes",
         "cactus", "news", "physics", "mathematics", "conference", "species", "series"]);

    private static readonly FrozenSet<string> s_pluralOnly = FrozenSet.ToFrozenSet(
        ["trousers", "scissors", "shorts", "pants", "jeans", "glasses", "sunglasses", "goggles", "binoculars", "clothes", "people", "men", "women", "children",
         "feet", "teeth", "geese", "mice", "tongs", "pliers", "tweezers", "stairs", "cattle", "police", "fries"]);

    private static readonly FrozenDictionary<string, string> s_irregular = new Dictionary<string, string>
    {
        ["man"] = "men", ["woman"] = "women", ["person"] = "people", ["child"] = "children", ["foot"] = "feet", ["tooth"] = "teeth", ["goose"] = "geese",
        ["mouse"] = "mice", ["leaf"] = "leaves", ["knife"] = "knives", ["wolf"] = "wolves", ["shelf"] = "shelves", ["loaf"] = "loaves", ["scarf"] = "scarves",
        ["half"] = "halves", ["calf"] = "calves", ["thief"] = "thieves", ["sheep"] = "sheep", ["fish"] = "fish", ["deer"] = "deer", ["aircraft"] = "aircraft",
        ["spacecraft"] = "spacecraft", ["ox"] = "oxen", ["cactus"] = "cacti", ["tomato"] = "tomatoes", ["potato"] = "potatoes", ["mango"] = "mangoes",
        ["hero"] = "heroes", ["volcano"] = "volcanoes", ["mosquito"] = "mosquitoes", ["snowman"] = "snowmen", ["policeman"] = "policemen",
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<string, string> s_singularOfIrregular = s_irregular.ToFrozenDictionary(entry => entry.Value, entry => entry.Key);

    /// <summary>Rules of detachment for nouns, in their order (morphy(7WN)).</summary>
    private static readonly (string Ending, string Instead)[] s_detachments =
        [("s", ""), ("ses", "s"), ("xes", "x"), ("zes", "z"), ("ches", "ch"), ("shes", "sh"), ("men", "man"), ("ies", "y")];

    /// <summary>Endings of plurals in -es after a consonant; "mustaches" and "axes" are rarer than "peaches" and "boxes".</summary>
    private static readonly string[] s_pluralInEs = ["ches", "shes", "xes", "sses", "toes", "puses", "ruses", "tuses"];

    /// <summary>Singulars whose plural only looks like one of a word in -y.</summary>
    private static readonly FrozenSet<string> s_singularInIe = FrozenSet.ToFrozenSet(
        ["cookie", "movie", "zombie", "brownie", "smoothie", "hoodie", "genie", "collie", "pixie", "magpie", "cowrie", "selfie", "birdie", "prairie"]);

    /// <summary>The plural: "dogs", "boxes", "cherries", "wolves".</summary>
    /// <param name="word">A singular noun.</param>
    public static string Of(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        if (s_irregular.TryGetValue(word, out var plural))
        {
            return plural;
        }

        if (word.EndsWith('s') || word.EndsWith('x') || word.EndsWith('z') || EndsWithAny(word, ["ch", "sh"]))
        {
            return word + "es";
        }

        return word.Length > 1 && word.EndsWith('y') && !"aeiou".Contains(word[^2]) ? word[..^1] + "ies" : word + "s";
    }

    /// <summary>Whether a word is a plural, as far as its spelling tells: "carrots", "scissors", "men"; not "glass", "lens" or "sheep".</summary>
    public static bool IsPlural(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return s_pluralOnly.Contains(word)
            || (word.Length > 3 && word.EndsWith('s') && !EndsWithAny(word, ["ss", "us", "is", "'s"]) && !s_singularInS.Contains(word));
    }

    /// <summary>The singular of a plural, and any other word as it is. What has no singular gets one all the same ("scissor"), so that two forms of a noun become one.</summary>
    public static string Singular(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return s_singularOfIrregular.TryGetValue(word, out var irregular) ? irregular
            : word.EndsWith("es", StringComparison.Ordinal) && s_singularInS.Contains(word[..^2]) ? word[..^2]
            : s_singularInS.Contains(word) ? word
            : word.Length > 4 && word.EndsWith("ies", StringComparison.Ordinal) ? SingularOfIes(word)
            : word.Length > 4 && EndsWithAny(word, s_pluralInEs) ? word[..^2]
            : word.Length > 2 && word.EndsWith('s') && !EndsWithAny(word, ["ss", "us", "is", "'s"]) ? word[..^1]
            : word;
    }

    /// <summary>What a word may be an inflected form of by its ending alone, the likeliest first; not all of them are words.</summary>
    public static IEnumerable<string> BaseForms(string word)
    {
        ArgumentNullException.ThrowIfNull(word);
        return s_detachments
            .Where(rule => word.Length > rule.Ending.Length + 1 && word.EndsWith(rule.Ending, StringComparison.OrdinalIgnoreCase))
            .Select(rule => word[..^rule.Ending.Length] + rule.Instead);
    }

    private static string SingularOfIes(string word) => s_singularInIe.Contains(word[..^1]) ? word[..^1] : word[..^3] + "y";

    private static bool EndsWithAny(string word, ReadOnlySpan<string> endings)
    {
        foreach (var ending in endings)
        {
            if (word.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}
