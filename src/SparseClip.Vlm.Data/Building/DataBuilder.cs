using SparseClip.Vlm.Data.Sources;


namespace SparseClip.Vlm.Data.Building;

/// <summary>What a build left in the data folder.</summary>
/// <param name="Pictures">Pictures of every finished source in the folder, by its name.</param>
/// <param name="Skipped">Pictures that were left out, of all sources; listed in <c>skipped.jsonl</c>.</param>
public sealed record DataBuildResult(IReadOnlyDictionary<string, int> Pictures, int Skipped);

/// <summary>
/// Builds the data folder: <c>shards/*.tar</c> (WebDataset), <c>catalogue.jsonl</c> (one <see cref="CatalogueEntry"/> a picture),
/// <c>skipped.jsonl</c>, <c>wordnet/</c>. Source by source; a finished one is kept, so a build that was broken off goes on where it stopped.
/// Two builds must not write to one folder at the same time.
/// </summary>
public static class DataBuilder
{
    private static readonly string[] WordNetPatterns = ["data.*", "index.*", "*.exc"];

    /// <exception cref="DataBuildException">An option is out of range, a source is unknown, or a package cannot be had.</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the same call goes on later.</exception>
    public static Task<DataBuildResult> BuildAsync(DataBuildOptions options, IProgress<DataBuildProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return BuildAsync(options, PictureSources.Choose(options.Sources, options.PhotographTars), progress, cancellation);
    }

    internal static async Task<DataBuildResult> BuildAsync(
        DataBuildOptions options, IReadOnlyList<IPictureSource> sources, IProgress<DataBuildProgress>? progress, CancellationToken cancellation)
    {
        var folder = new DataFolder(options.Directory);
        Directory.CreateDirectory(folder.Shards);
        Directory.CreateDirectory(folder.Parts);
        using var quiet = new QuietDecoding();
        var fetcher = new PackageFetcher(folder.Cache);
        foreach (IPictureSource source in sources)
        {
            string recipe = $"{source.Package} {source.Fingerprint} {(source.Kind == "icon" ? options.Size : 0)}";
            if (IsFinished(folder, source.Name, recipe, out SourceStamp? stamp))
            {
                progress?.Report(new(source.Name, DataBuildStage.AlreadyThere, stamp!.Pictures + stamp.Skipped, stamp.Pictures + stamp.Skipped, stamp.Skipped));
                continue;
            }

            progress?.Report(new(source.Name, DataBuildStage.Fetching, 0, 0, 0));
            PackageFolders packages = await fetcher.FetchAsync(source.Packages, cancellation).ConfigureAwait(false);
            await SourceBuild.RunAsync(folder, source, packages, recipe, options, progress, cancellation).ConfigureAwait(false);
        }

        await CopyWordNetAsync(folder, fetcher, cancellation).ConfigureAwait(false);
        return CatalogueFiles.Merge(folder, [.. PictureSources.All().Select(s => s.Name)]);
    }

    private static bool IsFinished(DataFolder folder, string source, string recipe, out SourceStamp? stamp)
    {
        stamp = SourceStamp.Load(folder.Stamp(source));
        return stamp?.Recipe == recipe
            && File.Exists(folder.Part(source))
            && stamp.Shards.All(s => File.Exists(Path.Combine(folder.Shards, s)));
    }

    private static async Task CopyWordNetAsync(DataFolder folder, PackageFetcher fetcher, CancellationToken cancellation)
    {
        if (Directory.Exists(folder.WordNet))
        {
            return;
        }

        PackageFolders packages = await fetcher.FetchAsync([EmojiPackages.WordNetBase], cancellation).ConfigureAwait(false);
        string from = EmojiPackages.WordNetFolder(packages);
        string partial = folder.WordNet + ".partial";
        Directory.CreateDirectory(partial);
        foreach (string file in WordNetPatterns.SelectMany(p => PackageFiles.List(from, p, EmojiPackages.WordNetBase)))
        {
            File.Copy(file, Path.Combine(partial, Path.GetFileName(file)), overwrite: true);
        }

        Directory.Move(partial, folder.WordNet);
    }
}
