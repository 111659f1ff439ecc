using System.Diagnostics;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Telemetry;

namespace SparseClip.Vlm.Server.Images;

/// <summary>
/// Pictures by their content: the model remembers what it saw in the last of them, their files are on disk. A picture that the model has forgotten is
/// looked at again when it is asked for. Where keys are needed, a picture is there for those who uploaded it, and for nobody else. Thread-safe.
/// </summary>
public sealed class PictureStore(ModelHost host, ServerMetrics metrics, IPictureNeeds needs, IOptions<ServerOptions> options) : IDisposable
{
    private readonly PictureFiles _files = new(Path.GetFullPath(options.Value.ImageDirectory), options.Value.ImagesOnDisk, needs);
    private readonly PictureOwners _owners = new(Path.GetFullPath(options.Value.ImageDirectory));

    /// <summary>Looks at a picture file and keeps it.</summary>
    /// <exception cref="PictureException">It is not a picture that can be looked at; nothing is kept.</exception>
    /// <exception cref="RefusedException">507: the file cannot be written.</exception>
    public async Task<StoredPicture> AddAsync(PictureFile file, Caller caller, CancellationToken cancellationToken)
    {
        var picture = await LookAsync(file, cancellationToken);

        // Also when the model remembers it: its file may have made way for others since.
        await _files.AddAsync(file, cancellationToken);
        await _owners.AddAsync(file.Id, caller, cancellationToken);
        return picture;
    }

    /// <summary>A picture that was added before.</summary>
    /// <exception cref="RefusedException">404: the id is unknown, the picture was dropped, or it is somebody else's.</exception>
    public async Task<StoredPicture> GetAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (host.Require().Recall(id) is { } seen && _owners.Has(id, caller))
        {
            _files.Touch(id);
            metrics.Picture(isRemembered: true, milliseconds: 0);
            return new StoredPicture(seen, Cached: true);
        }

        return await AddAsync(await FileAsync(id, caller, cancellationToken), caller, cancellationToken);
    }

    /// <summary>The file of a picture that was added before.</summary>
    /// <exception cref="RefusedException">404: the id is unknown, the picture was dropped, or it is somebody else's.</exception>
    public async Task<PictureFile> FileAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        await TryFileAsync(id, caller, cancellationToken) ?? throw new RefusedException(
            404, "unknown_image", $"There is no picture '{(id.Length > 64 ? id[..64] + "…" : id)}' here (any more); upload it again.", "image");

    /// <summary>The file of a picture that was added before; null where <see cref="FileAsync"/> refuses.</summary>
    public async Task<PictureFile?> TryFileAsync(string id, Caller caller, CancellationToken cancellationToken) =>
        _owners.Has(id, caller) ? await _files.ReadAsync(id, cancellationToken) : null;

    /// <summary>Forgets that somebody brought a picture and, where nobody else did, the picture: its file and what the model remembers.</summary>
    public async Task ForgetAsync(string id, Caller caller, CancellationToken cancellationToken)
    {
        if (await _owners.RemoveAsync(id, caller, cancellationToken))
        {
            _files.Delete(id);
            host.Current?.Forget(id);
        }
    }

    private async Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken)
    {
        using var span = AnswerWatch.Begin("look", Activity.Current?.Context ?? default);
        var picture = await host.Require().LookAsync(file, cancellationToken);
        metrics.Picture(picture.Cached, picture.VisionMilliseconds);
        return picture;
    }

    /// <inheritdoc />
    public void Dispose() => _owners.Dispose();
}
