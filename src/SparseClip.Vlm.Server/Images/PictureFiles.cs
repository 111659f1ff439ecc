using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Images;

/// <summary>Picture files in a folder, named by their ids; only those used last are kept, and up to 15 more. Thread-safe.</summary>
/// <param name="directory">The folder.</param>
/// <param name="capacity">How many to keep beside those that are needed.</param>
/// <param name="needs">Which are needed; null for none.</param>
internal sealed class PictureFiles(string directory, int capacity, IPictureNeeds? needs = null)
{
    private const int WritesPerTrim = 16;

    private int _writes;

    /// <summary>Why files cannot be kept in a folder, which is made when there is none; null when they can.</summary>
    public static string? Problem(string directory)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(
                Path.Combine(directory, $".{Guid.NewGuid():n}{WholeFile.Suffix}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1, FileOptions.DeleteOnClose);
            return null;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            return $"Pictures cannot be kept in the folder {directory} ({error.Message}). Give a folder that the server may write to with Server:ImageDirectory.";
        }
    }

    /// <summary>Keeps a file. One that is there already counts as used.</summary>
    /// <exception cref="RefusedException">507: the folder cannot be written to (any more).</exception>
    public async Task AddAsync(PictureFile file, CancellationToken cancellationToken)
    {
        var path = PathOf(file.Id);
        if (File.Exists(path))
        {
            Touch(file.Id);
            return;
        }

        try
        {
            await WriteAsync(path, file.Bytes, cancellationToken);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(507, "image_not_kept", $"The server cannot keep the picture ({error.Message}). Whoever runs it must make room.", "image");
        }

        if (Interlocked.Increment(ref _writes) % WritesPerTrim == 1)
        {
            await TrimAsync(cancellationToken);
        }
    }

    /// <summary>Deletes a file; nothing happens where there is none.</summary>
    public void Delete(string id)
    {
        File.Delete(PathOf(id));
        File.Delete(PathOf(id) + PictureOwners.Suffix);
    }

    /// <summary>A file; null when it is not (or no longer) kept, and for every text that is no id: only ids become paths.</summary>
    public async Task<PictureFile?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        if (!PictureFile.IsId(id))
        {
            return null;
        }

        try
        {
            var file = new PictureFile(await File.ReadAllBytesAsync(PathOf(id), cancellationToken));
            if (file.Id == id)
            {
                Touch(id);
                return file;
            }

            // It was changed or damaged since; as it is, it would be taken for another picture.
            Delete(id);
            return null;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Counts a file as used; nothing happens when it is not kept.</summary>
    public void Touch(string id)
    {
        try
        {
            File.SetLastWriteTimeUtc(PathOf(id), TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            // It was trimmed a moment ago, or the folder is no longer ours to write; its age no longer matters.
        }
    }

    private static async Task WriteAsync(string path, byte[] bytes, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        // Two uploads of one picture may write at once: each writes a file of its own and renames it over the same content.
        await WholeFile.WriteAsync(path, beside => File.WriteAllBytesAsync(beside, bytes, cancellationToken), own: $".{Guid.NewGuid():n}");
    }

    private string PathOf(string id) => Path.Combine(directory, id);

    private async Task TrimAsync(CancellationToken cancellationToken)
    {
        string[] old = [.. new DirectoryInfo(directory).EnumerateFiles()
            .Where(file => PictureFile.IsId(file.Name))
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Skip(capacity)
            .Select(file => file.Name)];
        if (old.Length == 0)
        {
            return;
        }

        var needed = needs is null ? null : await needs.NeededAsync(old, cancellationToken);
        foreach (var id in old.Where(id => needed?.Contains(id) != true))
        {
            Delete(id);
        }
    }
}
