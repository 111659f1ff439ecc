namespace SparseClip.Vlm.Data.Captions;

/// <summary>English around a label: article, plural, head noun. Labels are noun phrases such as "pot of food" or "woman running".</summary>
public static class Noun
{
    private static readonly HashSet<string> Prepositions =
        ["of", "in", "on", "with", "without", "for", "at", "from", "to", "and", "or", "by", "not", "over", "under", "behind", "between", "into"];

    private static readonly HashSet<string> Uncountable =
        ["milk", "juice", "yoghurt", "oatghurt", "soyghurt", "cream", "ginger", "garlic", "asparagus", "bread", "rice", "honey", "butter", "fog", "snow",
         "rain", "mist", "haze", "hail", "sleet", "drizzle", "smoke", "fire", "water", "grass", "money", "food", "meat", "bacon", "cheese", "salt", "sand",
         "wood", "ice", "lightning", "furniture", "clothing", "luggage", "sushi", "spaghetti", "pasta", "chocolate", "coffee", "tea", "beer", "wine", "tennis",
         "baseball", "basketball", "football", "golf", "music", "love", "anger", "mail", "weather", "wheat", "corn", "soil", "lava", "mud", "dust", "broccoli",
         "morning", "evening", "smooth"];

    private static readonly HashSet<string> SingularInS =
        ["lens", "gas", "bus", "canvas", "atlas", "pancreas", "christmas", "chess", "minibus", "trolleybus", "pegasus", "oasis", "alas", "plus", "minus", "yes",
         "cactus", "news", "physics", "mathematics", "conference", "species", "series"];

    private static readonly HashSet<string> PluralNouns =
        ["trousers", "scissors", "shorts", "pants", "jeans", "glasses", "sunglasses", "goggles", "binoculars", "clothes", "people", "men", "women", "children",
         "feet", "teeth", "geese", "mice", "tongs", "pliers", "tweezers", "stairs", "cattle", "police", "fries"];

    // "men wrestling", "people holding hands": what follows is a participle.
    private static readonly HashSet<string> PluralPeople = ["men", "women", "people", "children"];

    private static readonly Dictionary<string, string> Irregular = new(StringComparer.Ordinal)
    {
        ["man"] = "men", ["woman"] = "women", ["person"] = "people", ["child"] = "children", ["foot"] = "feet", ["tooth"] = "teeth", ["goose"] = "geese",
        ["mouse"] = "mice", ["leaf"] = "leaves", ["knife"] = "knives", ["wolf"] = "wolves", ["shelf"] = "shelves", ["loaf"] = "loaves", ["scarf"] = "scarves",
        ["half"] = "halves", ["calf"] = "calves", ["thief"] = "thieves", ["sheep"] = "sheep", ["fish"] = "fish", ["deer"] = "deer", ["aircraft"] = "aircraft",
        ["spacecraft"] = "spacecraft", ["ox"] = "oxen", ["cactus"] = "cacti", ["tomato"] = "tomatoes", ["potato"] = "potatoes", ["mango"] = "mangoes",
        ["hero"] = "heroes", ["volcano"] = "volcanoes", ["mosquito"] = "mosquitoes", ["snowman"] = "snowmen", ["policeman"] = "policemen",
    };

    /// <summary>Lower case, single spaces, no colon; the form under which labels of different sources are the same.</summary>
    public static string Normalize(string label) => string.Join(' ', label
        .Replace(':', ' ').Replace('_', ' ').Replace('“', ' ').Replace('”', ' ').Replace('’', '\'').ToLowerInvariant()
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>"a dog", "an apple", "scissors", "milk".</summary>
    public static string WithArticle(string label) => TakesNoArticle(label) ? label : (StartsWithVowelSound(label) ? "an " : "a ") + label;

    /// <summary>"dogs", "pots of food", "scissors"; "milk" stays "milk".</summary>
    public static string Plural(string label)
    {
        var (start, length) = Head(label);
        var head = label.Substring(start, length);
        return IsPluralLabel(label) || Uncountable.Contains(head) ? label : string.Concat(label.AsSpan(0, start), PluralOf(head), label.AsSpan(start + length));
    }

    /// <summary>Whether things of that label can be counted: "two dogs" yes, "two milks" and "two scissors" no.</summary>
    public static bool IsCountable(string label)
    {
        var (start, length) = Head(label);
        var head = label.Substring(start, length);
        return !IsPluralLabel(label) && !Uncountable.Contains(head) && head.Length > 1 && !char.IsDigit(head[0]);
    }

    /// <summary>Whether the label's head noun is a plural: "carrots", "pieces of cake".</summary>
    public static bool IsPluralLabel(string label)
    {
        var (start, length) = Head(label);
        return IsPlural(label.Substring(start, length)) || PluralPeople.Contains(label.Split(' ')[0]);
    }

    /// <summary>"zero" to "ten".</summary>
    public static string Number(int count) => count switch
    {
        0 => "zero", 1 => "one", 2 => "two", 3 => "three", 4 => "four", 5 => "five", 6 => "six", 7 => "seven", 8 => "eight", 9 => "nine", 10 => "ten",
        _ => count.ToString(),
    };

    /// <summary>First letter in upper case and a full stop.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + ".";

    private static bool TakesNoArticle(string label)
    {
        if (label.Length == 0 || label.Contains(',') || label.StartsWith("the ", StringComparison.Ordinal) || label.StartsWith("a ", StringComparison.Ordinal)
            || char.IsDigit(label[0]) || label.StartsWith("two ", StringComparison.Ordinal) || label.StartsWith("three ", StringComparison.Ordinal))
        {
            return true;
        }

        var (start, length) = Head(label);
        return IsPluralLabel(label) || Uncountable.Contains(label.Substring(start, length));
    }

    private static bool StartsWithVowelSound(string label)
    {
        var word = label.Split(' ', '-')[0];
        if (word.Length == 1 || (word.Length <= 3 && !word.Any(c => "aeiouy".Contains(c))))
        {
            return word.Length > 0 && "aefhilmnorsx8".Contains(word[0]); // read letter by letter: an x-ray, an SUV does not, an mp3
        }

        foreach (var hidden in (ReadOnlySpan<string>)["uni", "use", "usa", "uti", "ura", "ukr", "uk", "uf", "eu", "ewe", "one", "once", "ouija"])
        {
            if (word.StartsWith(hidden, StringComparison.Ordinal))
            {
                return word.StartsWith("unim", StringComparison.Ordinal) || word.StartsWith("unin", StringComparison.Ordinal);
            }
        }

        return "aeiou".Contains(word[0]) || word.StartsWith("hour", StringComparison.Ordinal) || word.StartsWith("honest", StringComparison.Ordinal)
            || word.StartsWith("heir", StringComparison.Ordinal);
    }

    private static (int Start, int Length) Head(string label)
    {
        var end = label.Length;
        var at = label.IndexOf(' ');
        while (at >= 0)
        {
            var next = label.IndexOf(' ', at + 1);
            var word = label[(at + 1)..(next < 0 ? label.Length : next)];
            if (Prepositions.Contains(word))
            {
                end = at;
                break;
            }

            at = next;
        }

        var start = label.LastIndexOf(' ', end - 1 < 0 ? 0 : end - 1) + 1;
        return (start, end - start);
    }

    private static bool IsPlural(string word) =>
        PluralNouns.Contains(word)
        || (word.Length > 3 && word.EndsWith('s') && !word.EndsWith("ss", StringComparison.Ordinal) && !word.EndsWith("us", StringComparison.Ordinal)
            && !word.EndsWith("is", StringComparison.Ordinal) && !word.EndsWith("'s", StringComparison.Ordinal) && !SingularInS.Contains(word));

    private static string PluralOf(string word)
    {
        if (Irregular.TryGetValue(word, out var plural))
        {
            return plural;
        }

        if (word.EndsWith('s') || word.EndsWith('x') || word.EndsWith('z') || word.EndsWith("ch", StringComparison.Ordinal) || word.EndsWith("sh", StringComparison.Ordinal))
        {
            return word + "es";
        }

        return word.Length > 1 && word.EndsWith('y') && !"aeiou".Contains(word[^2]) ? word[..^1] + "ies" : word + "s";
    }
}
