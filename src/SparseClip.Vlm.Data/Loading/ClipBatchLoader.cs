using System.Collections.Concurrent;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>
/// Batches for contrastive training out of a built data folder. The batch of a step is a function of (options, step): a resumed run goes
/// on with the same bytes. <see cref="Make"/> may be called from any thread; <see cref="Start"/> and <see cref="Next"/> belong to one consumer.
/// </summary>
public sealed class ClipBatchLoader : IDisposable
{
    private readonly ShardIndex index;
    private readonly TrainingPools pools;
    private readonly CaptionWriter captions;
    private readonly WordBook words;
    private readonly ConcurrentBag<Tools> tools = [];
    private Prefetcher<ClipBatch>? prefetcher;

    private ClipBatchLoader(ShardIndex index, ClipLoaderOptions options, IWordRelations? relations)
    {
        (this.index, Options) = (index, options);
        pools = new TrainingPools(index, options.LabelPower, options.ExcludedArtists, options.SilhouetteWeight, 1, options.CacheMegabytes * (1L << 20));
        var leftOut = LeftOutWords.Of(index.Items.Select(item => item.Entry));
        captions = new CaptionWriter(relations, leftOut);
        words = new WordBook(options.Words > 0 ? pools.Captioned : [], relations, leftOut);
    }

    /// <summary>How the batches are made.</summary>
    public ClipLoaderOptions Options { get; }

    /// <summary>All labels that captioned pictures can have, sorted: icons' and photographs'.</summary>
    public IReadOnlyList<string> Labels => [.. pools.Icons.Labels.Union(pools.Photos.Labels, StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Icons that may be drawn.</summary>
    public int IconCount => pools.Icons.PictureCount;

    /// <summary>Photographs that may be drawn.</summary>
    public int PhotoCount => pools.Photos.PictureCount;

    /// <summary>Pictures that could not be decoded and were passed over, with the reason.</summary>
    public IReadOnlyCollection<string> Skipped => [.. pools.Unreadable.Values];

    /// <summary>Opens the data folder; its shards' headers are read now. Other words come from <paramref name="relations"/>, else from the folder's WordNet.</summary>
    /// <exception cref="ShardException">No data there, or a damaged shard.</exception>
    /// <exception cref="ConfigurationException">An option cannot be.</exception>
    public static ClipBatchLoader Open(string dataDirectory, ClipLoaderOptions options, IWordRelations? relations = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        return new ClipBatchLoader(ShardIndex.Open(dataDirectory, cancellationToken), options, relations ?? WordNetRelations.TryOpen(dataDirectory));
    }

    /// <summary>Begins to make batches in the background.</summary>
    /// <param name="firstStep">Step of the first batch of <see cref="Next"/>.</param>
    public void Start(long firstStep)
    {
        prefetcher?.Dispose();
        prefetcher = new Prefetcher<ClipBatch>(Make, firstStep, Options.Prefetch);
    }

    /// <summary>The next batch; waits for it. Dispose it after use.</summary>
    /// <exception cref="InvalidOperationException">Not started, or the loader failed (see the inner exception).</exception>
    public ClipBatch Next(CancellationToken cancellationToken = default) =>
        (prefetcher ?? throw new InvalidOperationException("Call Start before Next.")).Next(cancellationToken);

    /// <summary>Makes the batch of a step on the calling thread (and <see cref="ClipLoaderOptions.Workers"/> - 1 more).</summary>
    public ClipBatch Make(long step, CancellationToken cancellationToken = default)
    {
        while (true)
        {
            // A picture that turns out unreadable is remembered and the batch planned again without it.
            if (TryMake(step, cancellationToken) is { } batch)
            {
                return batch;
            }
        }
    }

    /// <summary>The pictures of a batch once more, without pixels, with captions and words drawn anew.</summary>
    /// <param name="number">The <see cref="ClipBatch.Number"/> of the batch.</param>
    /// <param name="items">Its items.</param>
    /// <param name="step">Names the captions and words: another step draws others.</param>
    public ClipBatch Recaption(long number, IReadOnlyList<ClipItem> items, long step)
    {
        ArgumentNullException.ThrowIfNull(items);
        var lines = new string[Math.Min(Options.Captioned, items.Count)];
        var batch = new ClipBatch(number, Options.Size, items, lines, hasPixels: false);
        var taken = batch.Labels.ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            lines[i] = Caption(items[i], taken, new SeededRandom(Options.Seed, step, i + 1));
        }

        Complete(batch, lines, step);
        return batch;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        prefetcher?.Dispose();
        index.Dispose();
    }

    private ClipBatch? TryMake(long step, CancellationToken cancellationToken)
    {
        var (pictures, taken) = ClipBatchPlan.Make(pools, Options, step, (IReadOnlyCollection<ShardItem>)pools.Unreadable.Keys);
        var items = new ClipItem[pictures.Count];
        var lines = new string[Options.Captioned];
        var batch = new ClipBatch(step, Options.Size, items, lines);
        var failed = 0;
        var perPicture = Options.Size * Options.Size * 3;
        void DrawOne(int i)
        {
            if (!tools.TryTake(out var mine))
            {
                mine = new Tools(this);
            }

            try
            {
                var random = new SeededRandom(Options.Seed, step, i + 1);
                items[i] = Draw(mine, pictures[i], batch.Pixels.AsSpan(i * perPicture, perPicture), random);
                if (i < lines.Length)
                {
                    lines[i] = Caption(items[i], taken, random);
                }
            }
            catch (PictureException)
            {
                Interlocked.Increment(ref failed);
            }

            tools.Add(mine);
        }

        try
        {
            Each(pictures.Count, DrawOne, cancellationToken);
        }
        catch
        {
            batch.Dispose();
            throw;
        }

        if (failed > 0)
        {
            batch.Dispose();
            return null;
        }

        Complete(batch, lines, step);
        return batch;
    }

    private string Caption(ClipItem item, HashSet<string> taken, SeededRandom random) =>
        item.Truth is { } truth ? SceneCaptions.Write(truth, random) : captions.Write(item.Label, item.Tags, random, taken.Contains);

    private void Complete(ClipBatch batch, string[] lines, long step)
    {
        KeepCaptionsApart(batch.Items, lines);
        batch.Words = words.Draw(batch.Labels, Options.Words, new SeededRandom(Options.Seed, step, batch.Items.Count + 1));
    }

    private void Each(int count, Action<int> body, CancellationToken cancellationToken)
    {
        if (Options.Workers > 1)
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = Options.Workers, CancellationToken = cancellationToken }, body);
            return;
        }

        for (var i = 0; i < count; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            body(i);
        }
    }

    /// <summary>Two pictures with the same tag must not share a caption: the later one takes its plain label.</summary>
    private static void KeepCaptionsApart(IReadOnlyList<ClipItem> items, string[] lines)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < lines.Length; i++)
        {
            if (!seen.Add(lines[i]) && items[i].Kind != ClipItemKind.Scene)
            {
                lines[i] = CaptionWriter.Plain(items[i].Label);
            }
        }
    }

    private ClipItem Draw(Tools mine, PlannedPicture picture, Span<byte> pixels, SeededRandom random)
    {
        var (label, item) = picture.Parts[0];
        switch (picture.Kind)
        {
            case ClipItemKind.Icon:
                mine.Icons.Draw(pools.Sprite(item), IconAugmenter.MayFlip(label, item.Entry.Category), pixels, random);
                return new ClipItem(ClipItemKind.Icon, label, item.Entry.Tags, null, item.Entry.Source);
            case ClipItemKind.Photo:
                mine.Photos.Draw(pools.Sprite(item), pixels, random);
                return new ClipItem(ClipItemKind.Photo, label, item.Entry.Tags, null, item.Entry.Source);
            case ClipItemKind.Extra:
                mine.Photos.DrawExtra(pools.Sprite(item), picture.Parts.Count > 1 ? pools.Sprite(picture.Parts[1].Item) : null, pixels, random);
                return new ClipItem(ClipItemKind.Extra, label, [], null, item.Entry.Source);
            default:
                var things = picture.Parts.Select(part => new SceneSprite(part.Label, pools.Sprite(part.Item), IconAugmenter.MayFlip(part.Label, part.Item.Entry.Category))).ToList();
                var truth = mine.Scenes.Draw(things, pixels, random);
                return new ClipItem(ClipItemKind.Scene, string.Join(", ", truth.Labels), [], truth, "scene");
        }
    }

    /// <summary>Scratch of one worker.</summary>
    private sealed class Tools(ClipBatchLoader loader)
    {
        public IconAugmenter Icons { get; } = new(loader.Options.Size, loader.pools.Backdrop, IconAugmentation.Full with { OutlineChance = loader.Options.OutlineChance });

        public PhotoAugmenter Photos { get; } = new(loader.Options.Size);

        public SceneGenerator Scenes { get; } = new(loader.Options.Size, loader.pools.Backdrop);
    }
}
