using System.Formats.Tar;
using System.IO.Compression;
using SparseClip.Vlm.Data.Building;

namespace SparseClip.Vlm.Data.Sources;

/// <summary>
/// Fetches packages by name with the registries' ordinary clients and unpacks them into a cache folder; nothing is installed. What is
/// already unpacked is not fetched again. An archive put into the cache folder by hand (<c>name-version.tgz</c>, <c>name_*.deb</c>) is used.
/// </summary>
/// <param name="cache">The cache folder; made if it is missing.</param>
public sealed class PackageFetcher(string cache)
{
    /// <summary>Makes sure that the packages are unpacked. Returns where.</summary>
    /// <exception cref="DataBuildException">A package cannot be had or unpacked; the message names it and says what to do.</exception>
    public async Task<PackageFolders> FetchAsync(IEnumerable<PackageReference> packages, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(packages);
        Directory.CreateDirectory(cache);
        var folders = new Dictionary<PackageReference, string>();
        foreach (PackageReference package in packages.Distinct())
        {
            string folder = Path.Combine(cache, package.FolderName);
            if (!Directory.Exists(folder))
            {
                string partial = folder + ".partial";
                if (Directory.Exists(partial))
                {
                    Directory.Delete(partial, recursive: true);
                }

                Directory.CreateDirectory(partial);
                await (package.Registry == PackageRegistry.Npm
                    ? UnpackNpmAsync(package, partial, cancellation)
                    : UnpackDebianAsync(package, partial, cancellation)).ConfigureAwait(false);
                Directory.Move(partial, folder);
            }

            folders[package] = folder;
        }

        return new PackageFolders(folders);
    }

    private async Task UnpackNpmAsync(PackageReference package, string folder, CancellationToken cancellation)
    {
        string archive = Path.Combine(cache, package.Id + ".tgz");
        if (!File.Exists(archive))
        {
            string staging = Stage(package);
            await ClientProcess.RunAsync(
                "npm",
                ["pack", $"{package.Name}@{package.Version}", "--pack-destination", staging, "--loglevel=error", "--ignore-scripts"],
                cache,
                $"npm package '{package.Name}' version {package.Version} cannot be fetched",
                $"Install Node.js with npm, check the connection to the registry ('npm ping'), or put the package's archive at '{archive}' and run the command again.",
                cancellation).ConfigureAwait(false);
            TakeFromStage(staging, "*.tgz", package, archive);
        }

        try
        {
            await using FileStream file = File.OpenRead(archive);
            await using var unzipped = new GZipStream(file, CompressionMode.Decompress);
            await TarFile.ExtractToDirectoryAsync(unzipped, folder, overwriteFiles: true, cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException or FormatException)
        {
            throw new DataBuildException($"The archive of npm package '{package.Name}' is damaged ({error.Message}). Delete '{archive}' and run the command again.", error);
        }

        File.Delete(archive);
    }

    private async Task UnpackDebianAsync(PackageReference package, string folder, CancellationToken cancellation)
    {
        string? archive = Directory.EnumerateFiles(cache, $"{package.Name}_*.deb").Order(StringComparer.Ordinal).LastOrDefault();
        if (archive is null)
        {
            string staging = Stage(package);
            await ClientProcess.RunAsync(
                "apt-get",
                ["download", package.Name],
                staging,
                $"Debian package '{package.Name}' cannot be fetched",
                $"Run 'apt-get update' (as root) and try again, or put the package's .deb file into '{cache}'.",
                cancellation).ConfigureAwait(false);
            archive = Path.Combine(cache, $"{package.Name}_fetched.deb");
            TakeFromStage(staging, "*.deb", package, archive);
        }

        await ClientProcess.RunAsync(
            "dpkg-deb",
            ["-x", archive, folder],
            cache,
            $"Debian package '{package.Name}' cannot be unpacked",
            $"Install dpkg; if it is installed, delete '{archive}' and run the command again.",
            cancellation).ConfigureAwait(false);
        File.Delete(archive);
    }

    private string Stage(PackageReference package)
    {
        string staging = Path.GetFullPath(Path.Combine(cache, package.FolderName + ".download"));
        if (Directory.Exists(staging))
        {
            Directory.Delete(staging, recursive: true);
        }

        Directory.CreateDirectory(staging);
        return staging;
    }

    private static void TakeFromStage(string staging, string pattern, PackageReference package, string archive)
    {
        string fetched = Directory.EnumerateFiles(staging, pattern).FirstOrDefault()
            ?? throw new DataBuildException($"Package '{package.Name}': the client said it was done but left no {pattern} file in '{staging}'. Run the command again.");
        File.Move(fetched, archive, overwrite: true);
        Directory.Delete(staging, recursive: true);
    }
}
