namespace SparseClip.Vlm.Core.Files;

/// <summary>Files that are whole or not there: written beside their place and renamed; what failed half-way is taken away.</summary>
public static class WholeFile
{
    /// <summary>What the name of a file is followed by while it is written.</summary>
    public const string Suffix = ".partial";

    /// <summary>Writes a file, in the place of one that is there.</summary>
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes the file whose path it gets.</param>
    public static void Write(string path, Action<string> write)
    {
        ArgumentNullException.ThrowIfNull(write);
        var beside = path + Suffix;
        try
        {
            write(beside);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            TakeAway(beside);
            throw;
        }
    }

    /// <inheritdoc cref="Write(string, Action{string})" />
    /// <param name="path">Its place.</param>
    /// <param name="write">Writes the file whose path it gets.</param>
    /// <param name="own">What sets it apart from others that are written to the same place at once; none where that cannot be.</param>
    public static async Task WriteAsync(string path, Func<string, Task> write, string own = "")
    {
        ArgumentNullException.ThrowIfNull(write);
        var beside = path + own + Suffix;
        try
        {
            await write(beside).ConfigureAwait(false);
            File.Move(beside, path, overwrite: true);
        }
        catch
        {
            TakeAway(beside);
            throw;
        }
    }

    /// <summary>Takes away what was written so far; that it cannot be is not what went wrong.</summary>
    public static void TakeAway(string beside)
    {
        try
        {
            File.Delete(beside);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
        }
    }
}
