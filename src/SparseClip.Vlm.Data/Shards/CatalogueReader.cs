using System.Text.Json;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>Reads the catalogue of a built data folder.</summary>
public static class CatalogueReader
{
    /// <summary>The records of a <c>catalogue.jsonl</c>, streamed.</summary>
    /// <exception cref="ShardException">The file is missing, or a line is no record.</exception>
    public static IEnumerable<CatalogueEntry> Read(string file)
    {
        if (!File.Exists(file))
        {
            throw new ShardException($"'{file}' is missing. Build the data folder with 'sparseclip data build'.");
        }

        var number = 0;
        foreach (var line in File.ReadLines(file))
        {
            number++;
            CatalogueEntry? entry;
            try
            {
                entry = JsonSerializer.Deserialize<CatalogueEntry>(line, CatalogueEntry.Json);
            }
            catch (JsonException error)
            {
                throw new ShardException($"{file}: line {number} is no record: {JsonFault.Of(error)}.", error);
            }

            if (entry is not null)
            {
                yield return entry;
            }
        }
    }
}
