using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Images;

/// <summary>
/// Who uploaded which picture: a file beside the picture's own, with the name of an uploader a line. Those of one picture are many where many uploaded the same bytes. Thread-safe.
/// </summary>
internal sealed class PictureOwners(string directory) : IDisposable
{
    /// <summary>What the name of a picture's file is followed by.</summary>
    public const string Suffix = ".owners";

    private readonly SemaphoreSlim _turn = new(1);

    /// <summary>Whether a picture is there for somebody: for everybody where no keys are needed. False for every text that is no id.</summary>
    public bool Has(string id, Caller caller) => caller.Name is not { } name || (PictureFile.IsId(id) && Names(id).Contains(name));

    /// <summary>Notes that somebody uploaded a picture; nothing where no keys are needed.</summary>
    /// <exception cref="RefusedException">507: the folder cannot be written to (any more).</exception>
    public async Task AddAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (caller.Name is not { } name || Names(id).Contains(name))
        {
            return;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            await WriteAsync(id, [.. Names(id), name], cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Notes that somebody has no part in a picture any more.</summary>
    /// <returns>Whether nobody is left whose it is.</returns>
    /// <exception cref="RefusedException">507: the folder cannot be written to (any more).</exception>
    public async Task<bool> RemoveAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (!PictureFile.IsId(id))
        {
            return false;
        }

        await _turn.WaitAsync(cancellationToken);
        try
        {
            string[] left = [.. Names(id).Where(name => name != caller.Name)];
            if (left.Length > 0 && caller.Name is not null)
            {
                await WriteAsync(id, left, cancellationToken);
            }

            return left.Length == 0;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task WriteAsync(string id, string[] names, CancellationToken cancellationToken)
    {
        try
        {
            await WholeFile.WriteAsync(PathOf(id), beside => File.WriteAllLinesAsync(beside, names, cancellationToken));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RefusedException(507, "image_not_kept", $"The server cannot keep whose the picture is ({error.Message}). Whoever runs it must make room.", "image");
        }
    }

    private string[] Names(string id)
    {
        try
        {
            return File.ReadAllLines(PathOf(id));
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            return [];
        }
    }

    private string PathOf(string id) => Path.Combine(directory, id + Suffix);
}
