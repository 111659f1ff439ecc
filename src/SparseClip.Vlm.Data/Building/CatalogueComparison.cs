using System.Text.Json;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Building;

/// <summary>How one source of a data folder stands beside a reference catalogue.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Reference">Items of the reference.</param>
/// <param name="Ours">Pictures of the data folder.</param>
/// <param name="Common">Items that both have.</param>
/// <param name="EqualLabels">Of the common items, those with the same label.</param>
/// <param name="EqualConcrete">Of the common items, those that agree whether it is one concrete thing.</param>
public sealed record SourceComparison(string Source, int Reference, int Ours, int Common, int EqualLabels, int EqualConcrete)
{
    /// <summary>How many more (or less, negative) we have, as a fraction of the reference.</summary>
    public double Difference => Reference == 0 ? double.NaN : (double)(Ours - Reference) / Reference;
}

/// <summary>Compares the icons and backgrounds of a data folder with a reference catalogue (JSON lines with source, item, label, concrete).</summary>
public static class CatalogueComparison
{
    private sealed record Item(string Source, string Label, bool? Concrete);

    /// <exception cref="DataBuildException">A file is missing or a line of it is no record.</exception>
    public static IReadOnlyList<SourceComparison> Compare(string referenceFile, string dataDirectory)
    {
        Dictionary<string, Dictionary<string, List<Item>>> reference = Read(referenceFile), ours = Read(new DataFolder(dataDirectory).Catalogue);
        return [.. reference.Keys.Order(StringComparer.Ordinal).Select(source => Compare(source, reference[source], ours.GetValueOrDefault(source) ?? []))];
    }

    private static SourceComparison Compare(string source, Dictionary<string, List<Item>> reference, Dictionary<string, List<Item>> ours)
    {
        // An item can stand for two concepts in a reference: it agrees if one of them does.
        var common = reference.Keys.Where(ours.ContainsKey).ToList();
        return new SourceComparison(
            source,
            reference.Values.Sum(v => v.Count),
            ours.Values.Sum(v => v.Count),
            common.Count,
            common.Count(item => reference[item].Any(r => ours[item].Any(o => o.Label == r.Label))),
            common.Count(item => reference[item].Any(r => ours[item].Any(o => o.Concrete == r.Concrete))));
    }

    private static Dictionary<string, Dictionary<string, List<Item>>> Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new DataBuildException($"'{file}' is not there. Build the data folder first, or name an existing reference.");
        }

        var sources = new Dictionary<string, Dictionary<string, List<Item>>>(StringComparer.Ordinal);
        int number = 0;
        foreach (string line in File.ReadLines(file))
        {
            number++;
            try
            {
                using JsonDocument document = JsonDocument.Parse(line);
                JsonElement root = document.RootElement;
                var item = new Item(
                    root.GetProperty("source").GetString()!,
                    root.GetProperty("label").GetString()!,
                    root.TryGetProperty("concrete", out JsonElement c) && c.ValueKind is JsonValueKind.True or JsonValueKind.False ? c.GetBoolean() : null);
                if (!sources.TryGetValue(item.Source, out Dictionary<string, List<Item>>? items))
                {
                    sources[item.Source] = items = new(StringComparer.Ordinal);
                }

                string name = root.GetProperty("item").GetString()!;
                (items.TryGetValue(name, out List<Item>? same) ? same : items[name] = []).Add(item);
            }
            catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
            {
                throw new DataBuildException($"'{file}' line {number} is no catalogue record: {error.Message}", error);
            }
        }

        return sources;
    }
}
