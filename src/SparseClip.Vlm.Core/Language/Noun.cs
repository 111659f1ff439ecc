namespace SparseClip.Vlm.Core.Language;

/// <summary>
/// English around a label: article, plural, head noun. Labels are noun phrases such as "pot of food" or "woman running". The captions that a tower is trained
/// on, the names of its features and the words it is searched and steered with all go by these rules: a tower knows a word best in the sentence it met.
/// </summary>
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

    // "my mug": whose it is stands in the place of the article.
    private static readonly HashSet<string> Owners = ["my", "your", "his", "her", "its", "our", "their"];

    // "men wrestling", "people holding hands": what follows is a participle.
    private static readonly HashSet<string> PluralPeople = ["men", "women", "people", "children"];

    /// <summary>Lower case, single spaces, no colon; the form under which labels of different sources are the same.</summary>
    public static string Normalize(string label) => string.Join(' ', label
        .Replace(':', ' ').Replace('_', ' ').Replace('“', ' ').Replace('”', ' ').Replace('’', '\'').ToLowerInvariant()
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    /// <summary>The word of a name that says what it is a kind of: "fruit" of "citrus fruit", "cup" of "cup of tea".</summary>
    public static string HeadWord(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        var (start, length) = Head(label);
        return label.Substring(start, length);
    }

    /// <summary>The words after an article at the beginning: "a dog" and "the dog" are "dog".</summary>
    public static string WithoutArticle(string label)
    {
        ArgumentNullException.ThrowIfNull(label);
        foreach (var article in (ReadOnlySpan<string>)["a ", "an ", "the "])
        {
            if (label.StartsWith(article, StringComparison.OrdinalIgnoreCase))
            {
                return label[article.Length..].TrimStart();
            }
        }

        return label;
    }

    /// <summary>"a dog", "an apple", "scissors", "milk", "my mug".</summary>
    public static string WithArticle(string label) => TakesNoArticle(label) ? label : (StartsWithVowelSound(label) ? "an " : "a ") + label;

    /// <summary>"dogs", "pots of food", "scissors"; "milk" stays "milk".</summary>
    public static string Plural(string label)
    {
        var (start, length) = Head(label);
        var head = label.Substring(start, length);
        return IsPluralLabel(label) || Uncountable.Contains(head) ? label : string.Concat(label.AsSpan(0, start), Plurals.Of(head), label.AsSpan(start + length));
    }

    /// <summary>"dog" of "dogs", "pot of food" of "pots of food"; what is no plural stays as it is.</summary>
    public static string Singular(string label)
    {
        var (start, length) = Head(label);
        return string.Concat(label.AsSpan(0, start), Plurals.Singular(label.Substring(start, length)), label.AsSpan(start + length));
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
        return Plurals.IsPlural(label.Substring(start, length)) || PluralPeople.Contains(label.Split(' ')[0]);
    }

    /// <summary>"zero" to "ten".</summary>
    public static string Number(int count) => count switch
    {
        0 => "zero",
        1 => "one",
        2 => "two",
        3 => "three",
        4 => "four",
        5 => "five",
        6 => "six",
        7 => "seven",
        8 => "eight",
        9 => "nine",
        10 => "ten",
        _ => count.ToString(),
    };

    /// <summary>First letter in upper case and a full stop.</summary>
    public static string Sentence(string text) => text.Length == 0 ? text : char.ToUpperInvariant(text[0]) + text[1..] + ".";

    private static bool TakesNoArticle(string label)
    {
        if (label.Length == 0 || label.Contains(',') || WithoutArticle(label).Length < label.Length || Owners.Contains(label.Split(' ')[0])
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
}
