using System.Diagnostics;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Scenes;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Evaluation.Features;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Training.Clip;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Makes what a study reads, or reads what an earlier call made: a file a handful of batches, so an interrupted call loses little.</summary>
internal sealed class StudyExtraction(StudyOptions options, StudyPreset preset, StudyFolder folder, PretrainedEmbedding trunk, IFrozenTextStates states, Action<string> report)
{
    private readonly CachedTextStates _states = new(states, 120_000);

    /// <summary>The drawn training pictures.</summary>
    /// <param name="shards">How many files; null for as many as the time allows.</param>
    /// <param name="seconds">The time where the number is free; files that are there already cost none.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <returns>The pictures and the number of files they came from.</returns>
    public (StudySet Set, int Shards) Train(int? shards, double seconds, CancellationToken cancellationToken)
    {
        using var loader = ClipBatchLoader.Open(
            options.Data,
            new ClipLoaderOptions
            {
                Size = preset.ImageSize,
                Icons = preset.Icons,
                Scenes = preset.Scenes,
                Photos = preset.Photographs,
                Extras = 0,
                Seed = options.Seed,
                Workers = Math.Max(1, Environment.ProcessorCount),
            },
            cancellationToken: cancellationToken);
        var most = Math.Max(preset.LeastShards, (int)((long)preset.Views * (loader.IconCount + loader.PhotoCount) / (preset.Batch * preset.BatchesPerShard)));
        var started = Stopwatch.GetTimestamp();
        var parts = new List<StudySet>();
        while (parts.Count < (shards ?? most)
            && (shards is not null || parts.Count < preset.LeastShards || Stopwatch.GetElapsedTime(started).TotalSeconds < seconds || File.Exists(Shard(parts.Count))))
        {
            var path = Shard(parts.Count);
            report($"pictures: file {parts.Count + 1} of {(shards is null ? "at most " : "")}{shards ?? most}");
            if (!File.Exists(path))
            {
                using var made = Draw(loader, (long)parts.Count * preset.BatchesPerShard, cancellationToken);
                made.Save(path);
            }

            parts.Add(StudySet.Load(path));
        }

        var count = parts.Count;
        return (StudySet.Concat(parts), count);
    }

    /// <summary>Clean pictures of the data folder.</summary>
    /// <param name="name">Of the file.</param>
    /// <param name="belongs">Which pictures.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    /// <exception cref="ShardException">There are none.</exception>
    public StudySet Clean(string name, Func<CatalogueEntry, bool> belongs, CancellationToken cancellationToken)
    {
        var path = folder.FileAt($"set-{name}.safetensors");
        if (!File.Exists(path))
        {
            report($"pictures: {name}");
            using var set = LabelledSet.Open(options.Data, null, picture => picture.Entry is { } entry && belongs(entry), cancellationToken);
            var blocks = new EvaluationLoader(set, preset.ImageSize).Batches(64, cancellationToken).Select(batch => Block(
                [.. batch.Pictures.Select(picture => Labelled(picture))], batch.Pixels));
            Join(blocks).Save(path);
        }

        return StudySet.Load(path);
    }

    /// <summary>Scenes of two things whose combination is in no training scene, of the training families.</summary>
    public StudySet Scenes(CancellationToken cancellationToken)
    {
        var path = folder.FileAt("set-scenes.safetensors");
        if (!File.Exists(path))
        {
            report("pictures: scenes");
            using var index = ShardIndex.Open(options.Data, cancellationToken);
            Join(StudyScenes.Draw(index, preset, cancellationToken).Select(block => Block(block.Pictures, block.Pixels))).Save(path);
        }

        return StudySet.Load(path);
    }

    /// <summary>States of the prompts of all labels and of the words.</summary>
    public StudyTexts Texts(IEnumerable<StudySet> sets, IReadOnlyList<string> words, CancellationToken cancellationToken)
    {
        report("texts: prompts of labels and words");
        var texts = sets.SelectMany(set => set.Labels).Distinct(StringComparer.Ordinal).SelectMany(PromptTemplates.ForZeroShot).Concat(words.Select(CaptionWriter.Plain));
        return StudyTexts.Open(folder.FileAt("texts.safetensors"), [.. texts.Distinct(StringComparer.Ordinal)], states, cancellationToken);
    }

    /// <summary>The labels and tags of training pictures, the most frequent first, each once.</summary>
    public IReadOnlyList<string> Words(CancellationToken cancellationToken)
    {
        using var index = ShardIndex.Open(options.Data, cancellationToken);
        return [.. index.Items
            .Where(item => item.Entry.Split == "train" && !item.IsBackground)
            .SelectMany(item => item.Entry.Tags.Prepend(item.Entry.Label).Select(Noun.Normalize).Distinct(StringComparer.Ordinal))
            .Where(word => word.Length > 2 && CaptionWriter.IsUsable(word))
            .CountBy(word => word, StringComparer.Ordinal)
            .OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal)
            .Take(preset.Words).Select(pair => pair.Key)];
    }

    private string Shard(int number) => folder.FileAt($"train-{number:D5}.safetensors");

    private StudySet Draw(ClipBatchLoader loader, long firstStep, CancellationToken cancellationToken)
    {
        var parts = new List<StudySet>();
        for (var step = firstStep; step < firstStep + preset.BatchesPerShard; step++)
        {
            using var batch = loader.Make(step, cancellationToken);
            var pictures = batch.Items.Take(batch.CaptionedCount).Select((item, i) => new StudyPicture(
                item.Truth?.Labels ?? [item.Label], batch.Captions[i], Name(item.Kind), item.Source)).ToArray();
            parts.Add(Block(pictures, batch.Pixels, hasThumbnails: false));
        }

        return StudySet.Concat(parts);
    }

    private static StudyPicture Labelled(LabelledPicture picture)
    {
        var label = Noun.Normalize(picture.Label);
        return new StudyPicture([label], CaptionWriter.Plain(label), picture.Entry?.Kind ?? "icon", picture.Entry?.Source ?? "");
    }

    private static string Name(ClipItemKind kind) => kind switch
    {
        ClipItemKind.Icon => "icon",
        ClipItemKind.Scene => "scene",
        _ => "photo",
    };

    private StudySet Block(IReadOnlyList<StudyPicture> pictures, byte[] pixels, bool hasThumbnails = true)
    {
        using var scope = NewDisposeScope();
        return new StudySet(
            pictures,
            trunk.Pool(pixels, pictures.Count),
            _states.Pool([.. pictures.Select(picture => picture.Caption)]).to_type(ScalarType.Float16),
            hasThumbnails ? Thumbnails.Of(pixels, pictures.Count, preset.ImageSize) : zeros(1, ScalarType.Byte));
    }

    /// <summary>Blocks with small copies, as one set.</summary>
    private static StudySet Join(IEnumerable<StudySet> blocks)
    {
        var parts = blocks.ToList();
        using var thumbnails = cat([.. parts.Select(part => part.Thumbnails)]);
        using var joined = StudySet.Concat(parts);
        return new StudySet(joined.Pictures, joined.Pooled.alias(), joined.States.alias(), thumbnails.alias());
    }
}
