using SparseClip.Vlm.Core.Files;
using SparseClip.Vlm.Core.Models;

namespace SparseClip.Vlm.Training.Bundles;

/// <summary>Makes a bundle: copies its files into one folder and writes the manifest with their hashes.</summary>
public static class BundlePacker
{
    /// <summary>Packs a bundle. A file that already lies in the folder stays where it is; others are copied there. The manifest is written last.</summary>
    /// <param name="folder">Where to; made if it does not exist.</param>
    /// <param name="name">The model's name.</param>
    /// <param name="description">One line for people.</param>
    /// <param name="dimension">D of the tower.</param>
    /// <param name="files">The files by role; without a <see cref="ModelParts.Problem"/>.</param>
    /// <param name="answersAs">The type of weights that the language model answers in; null for that of its file.</param>
    /// <param name="cancellationToken">Stops between blocks.</param>
    /// <exception cref="BundleException">The roles make no bundle, a file is missing, or the folder cannot be written.</exception>
    public static async Task<ModelManifest> PackAsync(
        string folder, string name, string description, int dimension, IReadOnlyDictionary<string, string> files, string? answersAs = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(files);
        if (ModelParts.Problem([.. files.Keys]) is { } problem)
        {
            throw new BundleException($"The bundle to be packed {problem}");
        }

        try
        {
            folder = Path.GetFullPath(folder);
            Directory.CreateDirectory(folder);
            var parts = new Dictionary<string, ModelPart>(StringComparer.Ordinal);
            foreach (var (role, file) in files.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            {
                parts[role] = await AddAsync(folder, role, Path.GetFullPath(file), cancellationToken).ConfigureAwait(false);
            }

            var manifest = new ModelManifest(1, name, description, dimension, parts) { AnswersAs = answersAs };
            var path = Path.Combine(folder, ModelManifest.FileName);
            await WholeFile.WriteAsync(path, beside => File.WriteAllTextAsync(beside, manifest.ToJson() + "\n", cancellationToken)).ConfigureAwait(false);
            return manifest;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new BundleException($"The bundle {folder} cannot be written: {error.Message}", error);
        }
    }

    private static async Task<ModelPart> AddAsync(string folder, string role, string file, CancellationToken cancellationToken)
    {
        if (!File.Exists(file))
        {
            throw new BundleException($"The bundle's {role} is missing: {file} does not exist.");
        }

        var relative = Path.GetRelativePath(folder, file).Replace('\\', '/');
        if (relative.StartsWith("../", StringComparison.Ordinal) || Path.IsPathRooted(relative))
        {
            relative = Path.GetFileName(file);
            await CopyAsync(file, Path.Combine(folder, relative), cancellationToken).ConfigureAwait(false);
        }

        var path = Path.Combine(folder, relative);
        var hash = await FileHash.ComputeAsync(path, progress: null, cancellationToken).ConfigureAwait(false);
        return new ModelPart(relative, hash, new FileInfo(path).Length);
    }

    private static Task CopyAsync(string from, string to, CancellationToken cancellationToken) => WholeFile.WriteAsync(to, async beside =>
    {
        await using var source = File.OpenRead(from);
        await using var target = File.Create(beside);
        await source.CopyToAsync(target, cancellationToken).ConfigureAwait(false);
    });
}
