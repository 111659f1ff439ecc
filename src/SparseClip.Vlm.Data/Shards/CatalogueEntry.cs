using System.Text.Json;
using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>
/// One picture of the built data folder: a line of <c>catalogue.jsonl</c> and the JSON member beside the picture in its shard
/// (property names in camelCase).
/// </summary>
/// <param name="Key">Member name in the shard without its extension; unique in the whole folder.</param>
/// <param name="Kind">"icon", "photo" or "background".</param>
/// <param name="Source">The icon set, clip-art collection or photograph tar it comes from.</param>
/// <param name="Artist">The hand behind it: sets drawn by the same people share one (all Fluent sets are "fluent").</param>
/// <param name="Package">Name and version of the package, or the name of the tar.</param>
/// <param name="Item">The icon's name, or the file's path inside the package.</param>
/// <param name="Label">What the picture shows, in words.</param>
/// <param name="Tags">Further words for it; may be empty.</param>
/// <param name="Category">The source's own grouping, such as "Animals &amp; Nature".</param>
/// <param name="Concept">Hexadecimal code points of the emoji ("1f436"), null where the source has none.</param>
/// <param name="Concrete">Whether it shows one nameable thing; null where the source does not tell.</param>
/// <param name="License">Licence of the picture (an SPDX identifier where there is one).</param>
/// <param name="Split">"train", "validation" or "heldout".</param>
/// <param name="Shard">File name of the tar under <c>shards/</c>.</param>
public sealed record CatalogueEntry(
    string Key,
    string Kind,
    string Source,
    string Artist,
    string Package,
    string Item,
    string Label,
    IReadOnlyList<string> Tags,
    string Category,
    string? Concept,
    bool? Concrete,
    string License,
    string Split,
    string Shard)
{
    /// <summary>Photographs only: whether the garment is for children.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Kids { get; init; }

    /// <summary>Photographs only: the variety under the label, such as "granny smith".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? PhotoKind { get; init; }

    /// <summary>Photographs only: the wider group of the label, such as "fruit".</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Group { get; init; }

    /// <summary>How every record of the data folder is written and read: camelCase, nulls kept.</summary>
    public static JsonSerializerOptions Json { get; } = new(JsonSerializerDefaults.Web)
    {
        Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
