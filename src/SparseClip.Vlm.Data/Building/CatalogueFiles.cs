namespace SparseClip.Vlm.Data.Building;

/// <summary>Puts the finished sources' parts together to the whole catalogue.</summary>
internal static class CatalogueFiles
{
    /// <summary>Writes <c>catalogue.jsonl</c> and <c>skipped.jsonl</c> of every finished source in the folder, known ones first.</summary>
    public static DataBuildResult Merge(DataFolder folder, IReadOnlyList<string> order)
    {
        SourceStamp[] stamps = [.. Directory.GetFiles(folder.Parts, "*.json")
            .Select(SourceStamp.Load).OfType<SourceStamp>()
            .OrderBy(s => order.ToList().IndexOf(s.Source) is var at and >= 0 ? at : int.MaxValue)
            .ThenBy(s => s.Source, StringComparer.Ordinal)];
        Concatenate(stamps.Select(s => folder.Part(s.Source)), folder.Catalogue);
        Concatenate(stamps.Select(s => folder.SkippedPart(s.Source)).Where(File.Exists), folder.Skipped);
        return new DataBuildResult(stamps.ToDictionary(s => s.Source, s => s.Pictures), stamps.Sum(s => s.Skipped));
    }

    private static void Concatenate(IEnumerable<string> parts, string whole)
    {
        using (FileStream to = File.Create(whole + ".partial"))
        {
            foreach (string part in parts)
            {
                using FileStream from = File.OpenRead(part);
                from.CopyTo(to);
            }
        }

        File.Move(whole + ".partial", whole, overwrite: true);
    }
}
