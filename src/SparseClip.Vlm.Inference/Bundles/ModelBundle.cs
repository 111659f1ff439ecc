using SparseClip.Vlm.Core.Models;

namespace SparseClip.Vlm.Inference.Bundles;

/// <summary>A folder whose manifest was read and whose files were all found to be the ones that the manifest names.</summary>
public sealed class ModelBundle
{
    private ModelBundle(string folder, ModelManifest manifest) => (Folder, Manifest) = (folder, manifest);

    /// <summary>The bundle's folder, as a full path.</summary>
    public string Folder { get; }

    /// <summary>What the bundle is made of.</summary>
    public ModelManifest Manifest { get; }

    /// <summary>Opens a bundle: reads the manifest and hashes every part.</summary>
    /// <param name="folder">The folder with <c>manifest.json</c>.</param>
    /// <param name="progress">Gets the share of the bytes that were hashed, 0..1.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BundleException">The manifest or a part is missing, unreadable, of another size or of another hash.</exception>
    public static async Task<ModelBundle> OpenAsync(string folder, IProgress<double>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        folder = Path.GetFullPath(folder);
        var path = Path.Combine(folder, ModelManifest.FileName);
        if (!Directory.Exists(folder))
        {
            throw new BundleException($"There is no model at {folder}: the folder does not exist. Give the folder of a bundle, such as models/default.");
        }

        string json;
        try
        {
            json = await File.ReadAllTextAsync(path, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"{folder} is no bundle: its {ModelManifest.FileName} cannot be read ({error.Message}).", error);
        }

        var bundle = new ModelBundle(folder, ModelManifest.Parse(json, path));
        await bundle.VerifyAsync(progress, cancellationToken).ConfigureAwait(false);
        return bundle;
    }

    /// <summary>The full path of a part.</summary>
    /// <exception cref="BundleException">The manifest does not name it.</exception>
    public string PathOf(string role) => Manifest.Parts.TryGetValue(role, out var part)
        ? Path.Combine(Folder, part.File)
        : throw new BundleException($"{Path.Combine(Folder, ModelManifest.FileName)} names no '{role}'.");

    private async Task VerifyAsync(IProgress<double>? progress, CancellationToken cancellationToken)
    {
        var total = Math.Max(1, Manifest.Parts.Values.Sum(part => part.Bytes));
        long before = 0;
        foreach (var (role, part) in Manifest.Parts.OrderBy(entry => entry.Value.Bytes))
        {
            var path = PathOf(role);
            // The size of a link is not that of the file it leads to.
            var size = (File.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true) as FileInfo ?? new FileInfo(path) : null) is { Exists: true } file
                ? file.Length
                : throw new BundleException($"The bundle's {role} is missing: {path} does not exist. Copy the bundle again, all of its files.");
            if (size != part.Bytes)
            {
                throw new BundleException(
                    $"The bundle's {role} is not the right file: {path} has {size:N0} bytes, the manifest says {part.Bytes:N0}. Copy it again.{Pointer(size)}");
            }

            var done = before;
            var hash = await FileHash.ComputeAsync(path, bytes => progress?.Report((double)(done + bytes) / total), cancellationToken).ConfigureAwait(false);
            if (hash != part.Sha256)
            {
                throw new BundleException(
                    $"The bundle's {role} is damaged or not the right file: the SHA-256 of {path} is {hash}, the manifest says {part.Sha256}. Copy it again.");
            }

            before += part.Bytes;
        }
    }

    /// <summary>A clone without large-file support leaves small text files where the weights should be.</summary>
    private static string Pointer(long size) => size < 1024 ? " (So small a file may be a pointer that Git LFS left: run 'git lfs pull'.)" : "";
}
