using System.Text.Json;
using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Data.Shards;

/// <summary>Labelled pictures that lie in a folder as plain files.</summary>
internal static class LabelledFolder
{
    public static (List<string> Files, List<LabelledPicture> Pictures, int Sidecars) Find(string path, CancellationToken cancellationToken)
    {
        var list = Path.Combine(path, "labels.jsonl");
        var labelled = File.Exists(list) ? FromList(path, list) : FromFolders(path);
        var (files, sidecars) = (new List<string>(), 0);
        var pictures = new List<LabelledPicture>();
        foreach (var (file, label) in labelled)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TarSanity.IsSidecar(Path.GetFileName(file)))
            {
                sidecars++;
                continue;
            }

            var info = new FileInfo(file);
            if (!info.Exists)
            {
                throw new ShardException($"{list}: names '{file}', which does not exist.");
            }

            pictures.Add(new LabelledPicture(Path.GetRelativePath(path, file), label, null, new ShardLocation(files.Count, 0, checked((int)info.Length))));
            files.Add(file);
        }

        return (files, pictures, sidecars);
    }

    private static IEnumerable<(string File, string Label)> FromFolders(string path) =>
        from folder in Directory.GetDirectories(path).Order(StringComparer.Ordinal)
        from file in Directory.GetFiles(folder).Order(StringComparer.Ordinal)
        where TarScanner.IsPicture(file)
        select (file, Path.GetFileName(folder).Replace('_', ' '));

    private static IEnumerable<(string File, string Label)> FromList(string path, string list)
    {
        var number = 0;
        foreach (var line in File.ReadLines(list))
        {
            number++;
            if (string.IsNullOrWhiteSpace(line))
            {
                continue;
            }

            Line? parsed = null;
            try
            {
                parsed = JsonSerializer.Deserialize<Line>(line, CatalogueEntry.Json);
            }
            catch (JsonException e)
            {
                throw new ShardException($"{list}: line {number} cannot be read: {JsonFault.Of(e)}.", e);
            }

            if (parsed is not { File: { Length: > 0 } file, Label: { Length: > 0 } label })
            {
                throw new ShardException($"{list}: line {number} needs \"file\" and \"label\".");
            }

            yield return (Path.Combine(path, file), label);
        }
    }

    private sealed record Line(string? File, string? Label);
}
