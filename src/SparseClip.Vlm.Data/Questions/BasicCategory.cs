using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Shards;


namespace SparseClip.Vlm.Data.Questions;

/// <summary>The word people use for what sort of thing something is: the nearest wider word out of a short list.</summary>
/// <param name="relations">Where wider words come from; null for the catalogue's groups only.</param>
public sealed class BasicCategory(IWordRelations? relations)
{
    private static readonly HashSet<string> Basic =
        ["bird", "fish", "insect", "reptile", "animal", "fruit", "vegetable", "beverage", "food", "flower", "tree", "plant", "vehicle", "tool", "weapon", "building",
         "musical instrument", "garment", "clothing", "footwear", "hat", "furniture", "container", "toy", "machine", "appliance", "computer", "clock", "body part", "shape",
         "person", "boat", "ship", "aircraft", "jewelry", "game", "sport", "device"];

    /// <summary>The words that things are sorted by.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Basic.Order(StringComparer.Ordinal)];

    /// <summary>Wider words than which people rather say a narrower one (Rosch et al. 1976: superordinate).</summary>
    private static readonly HashSet<string> Superordinate =
        ["animal", "mammal", "carnivore", "domestic animal", "plant", "food", "foodstuff", "produce", "beverage", "vehicle", "conveyance", "craft", "tool", "implement", "device", "equipment", "machine",
         "mechanism", "container", "structure", "construction", "building", "furniture", "furnishing", "clothing", "garment", "covering", "weapon", "person", "individual", "body part", "shape", "game", "sport",
         "substance", "material", "vertebrate", "arthropod", "musical instrument", "appliance", "toy", "decoration", "electronic equipment", "sports equipment", "area", "way", "barrier", "fabric"];

    /// <summary>Wider words that people call a thing by: "dog" and "hound" for a beagle, not "animal". Empty where none is known.</summary>
    /// <param name="label">Normalised label.</param>
    public IEnumerable<string> BasicNames(string label)
    {
        var wider = (relations?.WiderThan(label) ?? []).TakeWhile(word => !Superordinate.Contains(word)).ToList();
        return wider.Concat(wider.Select(Noun.HeadWord).Where(word => !Superordinate.Contains(word))).Distinct(StringComparer.Ordinal);
    }

    /// <summary>The category of a label.</summary>
    /// <param name="label">Normalised label.</param>
    /// <param name="entry">The catalogue's record.</param>
    /// <returns>Such as "animal"; null where none is known.</returns>
    public string? Of(string label, CatalogueEntry entry)
    {
        if (entry.Source == "clothing")
        {
            return "piece of clothing";
        }

        if (entry.Group is "fruit" or "vegetables" or "vegetable")
        {
            return entry.Group == "fruit" ? "fruit" : "vegetable";
        }

        return Of(label);
    }

    /// <summary>The category of a word, as far as the word alone tells; null where none is known.</summary>
    public string? Of(string label)
    {
        var wider = relations?.WiderThan(label).Select(Noun.Normalize).SelectMany(word => new[] { word, Noun.HeadWord(word) }).FirstOrDefault(Basic.Contains);
        return wider is "garment" or "clothing" ? "piece of clothing" : wider is "jewelry" or "furniture" or "footwear" ? "piece of " + wider : wider;
    }
}
