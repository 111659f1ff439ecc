namespace SparseClip.Vlm.Server.Images;

/// <summary>Picture files in a folder, named by their SHA-256; only the last used are kept. Thread-safe.</summary>
internal sealed class PictureFiles(string directory, int capacity)
{
    private int _writes;

    /// <summary>Keeps a file. One that is there already counts as used.</summary>
    public async Task AddAsync(string id, ReadOnlyMemory<byte> file, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(directory);
        var path = PathOf(id);
        if (File.Exists(path))
        {
            Touch(path);
            return;
        }

        // Two uploads of one picture may write at once: each writes a file of its own and renames it over the same content.
        var partial = $"{path}.{Guid.NewGuid():n}.partial";
        try
        {
            await File.WriteAllBytesAsync(partial, file, cancellationToken);
            File.Move(partial, path, overwrite: true);
        }
        finally
        {
            File.Delete(partial);
        }

        if (Interlocked.Increment(ref _writes) % 16 == 1)
        {
            Trim();
        }
    }

    /// <summary>The bytes of a file; null when it is not (or no longer) kept.</summary>
    public async Task<byte[]?> ReadAsync(string id, CancellationToken cancellationToken)
    {
        try
        {
            var file = await File.ReadAllBytesAsync(PathOf(id), cancellationToken);
            Touch(PathOf(id));
            return file;
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private string PathOf(string id) => Path.Combine(directory, id);

    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (IOException)
        {
            // It was trimmed a moment ago; its age no longer matters.
        }
    }

    private void Trim()
    {
        var old = new DirectoryInfo(directory).EnumerateFiles()
            .Where(file => PictureStore.IsId(file.Name))
            .OrderByDescending(file => file.LastWriteTimeUtc)
            .Skip(capacity);
        foreach (var file in old)
        {
            file.Delete();
        }
    }
}
