using System.Text.Json;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Data.Building;

/// <summary>What a finished source was built from and what came out; written last, so that a source without it is unfinished.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Recipe">Everything that decides the content: package, fingerprint, size.</param>
/// <param name="Pictures">Pictures in its shards.</param>
/// <param name="Skipped">Pictures left out.</param>
/// <param name="Shards">File names of its shards.</param>
internal sealed record SourceStamp(string Source, string Recipe, int Pictures, int Skipped, IReadOnlyList<string> Shards)
{
    public void Save(string file)
    {
        File.WriteAllText(file + ".partial", JsonSerializer.Serialize(this, CatalogueEntry.Json));
        File.Move(file + ".partial", file, overwrite: true);
    }

    /// <summary>Null when there is none, or it cannot be read: the source is built again then.</summary>
    public static SourceStamp? Load(string file)
    {
        try
        {
            return File.Exists(file) ? JsonSerializer.Deserialize<SourceStamp>(File.ReadAllText(file), CatalogueEntry.Json) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
