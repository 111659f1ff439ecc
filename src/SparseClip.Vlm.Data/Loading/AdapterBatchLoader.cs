using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Augmentation;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling;

namespace SparseClip.Vlm.Data.Loading;

/// <summary>
/// Lightly augmented pictures with dialogues about them. The batch of a step is a function of (options, step), and no label comes twice in
/// a batch. <see cref="Start"/>, <see cref="Next"/> and <see cref="Make"/> belong to one consumer.
/// </summary>
public sealed class AdapterBatchLoader : IDisposable
{
    private readonly ShardIndex index;
    private readonly TrainingPools pools;
    private readonly BasicCategory categories;
    private readonly Lock gate = new();
    private readonly IconAugmenter icons;
    private readonly PhotoAugmenter photos;
    private readonly SceneGenerator scenes;
    private Prefetcher<AdapterBatch>? prefetcher;

    private AdapterBatchLoader(ShardIndex index, AdapterLoaderOptions options, IWordRelations? relations)
    {
        (this.index, Options) = (index, options);
        pools = new TrainingPools(index, options.LabelPower, options.ExcludedArtists, options.SilhouetteWeight, 0.3, options.CacheMegabytes * (1L << 20));
        categories = new BasicCategory(relations);
        icons = new IconAugmenter(options.Size, pools.Backdrop, IconAugmentation.Light);
        photos = new PhotoAugmenter(options.Size);
        scenes = new SceneGenerator(options.Size, pools.Backdrop);
        Labels = [.. pools.Icons.Labels.Union(pools.Photos.Labels, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        Questions = new QuestionGenerator(pools.Nameable);
    }

    /// <summary>How the batches are made.</summary>
    public AdapterLoaderOptions Options { get; }

    /// <summary>All labels that pictures can have, sorted.</summary>
    public IReadOnlyList<string> Labels { get; }

    /// <summary>Makes the dialogues; also for labels a picture's codes are edited to.</summary>
    public QuestionGenerator Questions { get; }

    /// <summary>Pictures that could not be decoded and were passed over, with the reason.</summary>
    public IReadOnlyCollection<string> Skipped => [.. pools.Unreadable.Values];

    /// <summary>Opens the data folder; its shards' headers are read now. Other words come from <paramref name="relations"/>, else from the folder's WordNet.</summary>
    /// <exception cref="ShardException">No data there, or a damaged shard.</exception>
    /// <exception cref="ConfigurationException">An option cannot be.</exception>
    public static AdapterBatchLoader Open(string dataDirectory, AdapterLoaderOptions options, IWordRelations? relations = null, CancellationToken cancellationToken = default)
    {
        options.Validate();
        return new AdapterBatchLoader(ShardIndex.Open(dataDirectory, cancellationToken), options, relations ?? WordNetRelations.TryOpen(dataDirectory));
    }

    /// <summary>Begins to make batches in the background.</summary>
    public void Start(long firstStep)
    {
        prefetcher?.Dispose();
        prefetcher = new Prefetcher<AdapterBatch>(Make, firstStep, Options.Prefetch);
    }

    /// <summary>The next batch; waits for it. Dispose it after use.</summary>
    /// <exception cref="InvalidOperationException">Not started, or the loader failed (see the inner exception).</exception>
    public AdapterBatch Next(CancellationToken cancellationToken = default) =>
        (prefetcher ?? throw new InvalidOperationException("Call Start before Next.")).Next(cancellationToken);

    /// <summary>Makes the batch of a step on the calling thread.</summary>
    public AdapterBatch Make(long step, CancellationToken cancellationToken = default)
    {
        lock (gate)
        {
            while (true)
            {
                var samples = new DialogueSample[Options.BatchSize];
                var batch = new AdapterBatch(step, Options.Size, samples);
                try
                {
                    Fill(batch, samples, cancellationToken);
                    return batch;
                }
                catch (PictureException)
                {
                    batch.Dispose(); // the picture is remembered as unreadable; plan the batch again without it
                }
                catch
                {
                    batch.Dispose();
                    throw;
                }
            }
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        prefetcher?.Dispose();
        index.Dispose();
    }

    private void Fill(AdapterBatch batch, DialogueSample[] samples, CancellationToken cancellationToken)
    {
        var planning = new SeededRandom(Options.Seed, batch.Step);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var unreadable = (IReadOnlyCollection<ShardItem>)pools.Unreadable.Keys;
        var kinds = Enumerable.Range(0, samples.Length)
            .Select(i => i < Options.Photos ? ClipItemKind.Photo : i < Options.Photos + Options.Icons ? ClipItemKind.Icon : ClipItemKind.Scene).ToList();
        planning.Shuffle(kinds);
        var perPicture = Options.Size * Options.Size * 3;
        for (var i = 0; i < samples.Length; i++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var random = new SeededRandom(Options.Seed, batch.Step, i + 1);
            var turns = Options.Turns.Fewest + random.Next(Options.Turns.Most - Options.Turns.Fewest + 1);
            var picture = batch.Pixels.AsSpan(i * perPicture, perPicture);
            samples[i] = kinds[i] == ClipItemKind.Scene
                ? Scene(Things(planning, taken, unreadable), turns, picture, random)
                : Single(kinds[i], (kinds[i] == ClipItemKind.Photo ? pools.Photos : pools.Icons).Draw(planning, taken, unreadable), turns, picture, random);
        }
    }

    private List<(string Label, ShardItem Item)> Things(SeededRandom planning, HashSet<string> taken, IReadOnlyCollection<ShardItem> unreadable)
    {
        if (Options.EqualShare > 0 && planning.Chance(Options.EqualShare))
        {
            var thing = pools.SceneIcons.Draw(planning, taken, unreadable);
            return [.. Enumerable.Repeat(thing, Noun.IsCountable(thing.Label) ? 1 + planning.Next(AttributeFeatures.Numbers.Count) : 1)];
        }

        return ClipBatchPlan.Scene(pools, Options.SceneObjects, planning, taken, unreadable, leastObjects: 1);
    }

    private DialogueSample Scene(List<(string Label, ShardItem Item)> parts, int turns, Span<byte> picture, SeededRandom random)
    {
        var things = parts.ConvertAll(part => new SceneSprite(part.Label, pools.Sprite(part.Item), IconAugmenter.MayFlip(part.Label, part.Item.Entry.Category)));
        var truth = scenes.Draw(things, picture, random);
        return new DialogueSample(ClipItemKind.Scene, truth.Labels, Questions.About(truth, turns, random), truth, "scene") { Tags = [.. parts.SelectMany(part => part.Item.Entry.Tags), truth.Background] };
    }

    private DialogueSample Single(ClipItemKind kind, (string Label, ShardItem Item) part, int turns, Span<byte> picture, SeededRandom random)
    {
        var (label, item) = part;
        if (kind == ClipItemKind.Photo)
        {
            photos.DrawLightly(pools.Sprite(item), picture, random);
        }
        else
        {
            icons.Draw(pools.Sprite(item), IconAugmenter.MayFlip(label, item.Entry.Category), picture, random);
        }

        var thing = new Thing(label, item.Entry.Tags, kind, categories.Of(label, item.Entry));
        return new DialogueSample(kind, [label], Questions.About(thing, turns, random), null, item.Entry.Source) { Tags = item.Entry.Tags };
    }
}
