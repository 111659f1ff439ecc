using System.Numerics;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Building;

/// <summary>Builds one source: draws its pictures on several threads, writes them in order, and leaves a stamp when all is in place.</summary>
internal static class SourceBuild
{
    // Shorter side of the backgrounds, in pixels: scenes of 128 px are cut out of them.
    private const int BackgroundSize = 192;
    private const int PicturesPerReport = 16;

    // Of 64: looked at on clip art, playing cards of one hand differ in 0 to 3 bits, drawings of different things in more.
    private const int NearDuplicateBits = 3;

    public static async Task RunAsync(
        DataFolder folder, IPictureSource source, PackageFolders packages, string recipe, DataBuildOptions options,
        IProgress<DataBuildProgress>? progress, CancellationToken cancellation)
    {
        OpenedSource opened = source.Open(packages);
        var keys = new PictureKeys(source.Name);
        var seen = new List<ulong>();
        int done = 0, skipped = 0;
        using var shards = new ShardTarWriter(folder.Shards, source.ShardPrefix, options.ShardBytes);
        using (var part = new StreamWriter(folder.Part(source.Name) + ".partial", append: false, new UTF8Encoding(false)))
        using (var left = new StreamWriter(folder.SkippedPart(source.Name) + ".partial", append: false, new UTF8Encoding(false)))
        {
            foreach ((SourcePicture picture, Task<byte[]> drawn) in Draw(opened.Pictures, options, cancellation))
            {
                try
                {
                    byte[] bytes = await drawn.ConfigureAwait(false);
                    ThrowIfSeen(source, bytes, seen);
                    CatalogueEntry entry = shards.Write(Entry(source, picture, keys.Next(picture.Item)), bytes, Extension(picture));
                    await part.WriteLineAsync(JsonSerializer.Serialize(entry, CatalogueEntry.Json)).ConfigureAwait(false);
                }
                catch (UnusablePictureException error)
                {
                    skipped++;
                    await left.WriteLineAsync(JsonSerializer.Serialize(new SkippedPicture(source.Name, source.Package, picture.Item, error.Message), CatalogueEntry.Json)).ConfigureAwait(false);
                }

                if (++done % PicturesPerReport == 0)
                {
                    progress?.Report(new(source.Name, DataBuildStage.Building, done, opened.Count, skipped));
                }
            }
        }

        // The old stamp goes first and the new one comes last: a source that is broken off in between is built again.
        File.Delete(folder.Stamp(source.Name));
        shards.Complete();
        File.Move(folder.Part(source.Name) + ".partial", folder.Part(source.Name), overwrite: true);
        File.Move(folder.SkippedPart(source.Name) + ".partial", folder.SkippedPart(source.Name), overwrite: true);
        new SourceStamp(source.Name, recipe, done - skipped, skipped, shards.Shards).Save(folder.Stamp(source.Name));
        progress?.Report(new(source.Name, DataBuildStage.Finished, done, done, skipped));
    }

    // Keeps a few pictures in work, no more, and hands them out in the order they came in.
    private static IEnumerable<(SourcePicture Picture, Task<byte[]> Drawn)> Draw(IEnumerable<SourcePicture> pictures, DataBuildOptions options, CancellationToken cancellation)
    {
        var inWork = new Queue<(SourcePicture, Task<byte[]>)>();
        using var slots = new SemaphoreSlim(options.Parallelism);
        try
        {
            foreach (SourcePicture picture in pictures)
            {
                cancellation.ThrowIfCancellationRequested();
                inWork.Enqueue((picture, DrawAsync(picture, options.Size, slots, cancellation)));
                if (inWork.Count >= options.Parallelism * 4)
                {
                    yield return inWork.Dequeue();
                }
            }

            while (inWork.TryDequeue(out (SourcePicture, Task<byte[]>) next))
            {
                yield return next;
            }
        }
        finally
        {
            // Left early: what is still being drawn must end before the slots go.
            Task.WaitAll([.. inWork.Select(w => w.Item2.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default))], CancellationToken.None);
        }
    }

    private static void ThrowIfSeen(IPictureSource source, byte[] picture, List<ulong> seen)
    {
        if (source.DropsNearDuplicates)
        {
            ulong hash = PictureRasterizer.DifferenceHash(picture);
            if (seen.Exists(s => BitOperations.PopCount(s ^ hash) <= NearDuplicateBits))
            {
                throw new UnusablePictureException("it looks like an earlier picture of the source");
            }

            seen.Add(hash);
        }
    }

    private static async Task<byte[]> DrawAsync(SourcePicture picture, int size, SemaphoreSlim slots, CancellationToken cancellation)
    {
        await slots.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(() => DrawOne(picture, size), cancellation).ConfigureAwait(false);
        }
        finally
        {
            slots.Release();
        }
    }

    private static byte[] DrawOne(SourcePicture picture, int size)
    {
        byte[] file;
        try
        {
            file = picture.Read();
        }
        catch (Exception error) when (error is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            throw new UnusablePictureException($"it cannot be read: {error.Message}", error);
        }

        return picture.Treatment switch
        {
            PictureTreatment.Background => PictureRasterizer.Background(file, BackgroundSize),
            PictureTreatment.Photograph => PictureRasterizer.Photograph(file),
            _ => PictureRasterizer.Icon(file, size, trim: picture.Treatment == PictureTreatment.TrimmedIcon),
        };
    }

    private static string Extension(SourcePicture picture) => picture.Treatment switch
    {
        PictureTreatment.Photograph => picture.Extension!,
        PictureTreatment.Background => "jpg",
        _ => "png",
    };

    private static CatalogueEntry Entry(IPictureSource source, SourcePicture picture, string key) => new(
        key, source.Kind, source.Name, source.Artist, source.Package, picture.Item, picture.Label, picture.Tags, picture.Category,
        picture.Concept, picture.Concrete, picture.License, picture.Split, Shard: "")
    {
        Kids = picture.Kids,
        PhotoKind = picture.PhotoKind,
        Group = picture.Group,
    };
}

/// <summary>A line of <c>skipped.jsonl</c>.</summary>
internal sealed record SkippedPicture(string Source, string Package, string Item, string Reason);
