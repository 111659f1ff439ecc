using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>What is known of a picture of a study.</summary>
/// <param name="Labels">What it shows, normalised: one thing, or the things of a scene.</param>
/// <param name="Caption">A text that is true of it.</param>
/// <param name="Kind">"icon", "scene" or "photo".</param>
/// <param name="Source">Where it comes from.</param>
public sealed record StudyPicture(IReadOnlyList<string> Labels, string Caption, string Kind, string Source);

/// <summary>Pictures as the frozen trunk sees them, their captions as the frozen language model does, and small copies to look at.</summary>
/// <remarks>In memory it takes 2 (e + w) bytes a picture, besides the copies.</remarks>
public sealed class StudySet : IDisposable
{
    /// <summary>Side of a small copy in pixels.</summary>
    public const int ThumbnailSize = 56;

    private const string PicturesKey = "study_pictures";

    /// <param name="pictures">N of them.</param>
    /// <param name="pooled">[N, e] float16; owned.</param>
    /// <param name="states">[N, w] float16, of the captions; owned.</param>
    /// <param name="thumbnails">[N, 56, 56, 3] bytes, or [1] where none are kept; owned.</param>
    public StudySet(IReadOnlyList<StudyPicture> pictures, Tensor pooled, Tensor states, Tensor thumbnails)
    {
        Pictures = pictures;
        Pooled = pooled.DetachFromDisposeScope();
        States = states.DetachFromDisposeScope();
        Thumbnails = thumbnails.DetachFromDisposeScope();
    }

    /// <summary>What is known of each.</summary>
    public IReadOnlyList<StudyPicture> Pictures { get; }

    /// <summary>[N, e] float16</summary>
    public Tensor Pooled { get; }

    /// <summary>[N, w] float16</summary>
    public Tensor States { get; }

    /// <summary>[N, 56, 56, 3] bytes; [1] where none were kept.</summary>
    public Tensor Thumbnails { get; }

    /// <summary>N.</summary>
    public int Count => Pictures.Count;

    /// <summary>The first labels, each once, sorted.</summary>
    public IReadOnlyList<string> Labels => [.. Pictures.Select(picture => picture.Labels[0]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Writes the set beside and renames it.</summary>
    /// <exception cref="CheckpointException">It cannot be written.</exception>
    public void Save(string path) => SafetensorsWriter.Write(
        path,
        [KeyValuePair.Create("pooled", Pooled), KeyValuePair.Create("states", States), KeyValuePair.Create("thumbnails", Thumbnails)],
        new Dictionary<string, string> { [PicturesKey] = JsonSerializer.Serialize(Pictures) });

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    /// <exception cref="CheckpointException">The file is damaged or no such set.</exception>
    public static StudySet Load(string path)
    {
        using var file = SafetensorsFile.Open(path);
        return file.Metadata.TryGetValue(PicturesKey, out var json) && JsonSerializer.Deserialize<StudyPicture[]>(json) is { } pictures
            ? new StudySet(pictures, file.Load("pooled"), file.Load("states"), file.Load("thumbnails"))
            : throw new CheckpointException(path, $"its header has no '{PicturesKey}'", "Delete the study's cache folder; it is made again");
    }

    /// <summary>One set after another; the parts are disposed.</summary>
    public static StudySet Concat(IReadOnlyList<StudySet> parts)
    {
        using var scope = NewDisposeScope();
        var joined = new StudySet(
            [.. parts.SelectMany(part => part.Pictures)], cat([.. parts.Select(part => part.Pooled)]), cat([.. parts.Select(part => part.States)]),
            zeros(1, ScalarType.Byte));
        foreach (var part in parts)
        {
            part.Dispose();
        }

        return joined;
    }

    /// <summary>Rows of pooled pictures and of states as float32, the caller's. [B, e], [B, w]</summary>
    public (Tensor Pooled, Tensor States) Rows(long[] rows)
    {
        using var scope = NewDisposeScope();
        var places = tensor(rows);
        return (
            Pooled.index_select(0, places).to_type(ScalarType.Float32).MoveToOuterDisposeScope(),
            States.index_select(0, places).to_type(ScalarType.Float32).MoveToOuterDisposeScope());
    }

    /// <summary>All pooled pictures as float32 in blocks, each disposed after its turn.</summary>
    public IEnumerable<Tensor> PooledBlocks(int block = 256)
    {
        for (var start = 0; start < Count; start += block)
        {
            using var half = Pooled.narrow(0, start, Math.Min(block, Count - start));
            using var rows = half.to_type(ScalarType.Float32);
            yield return rows;
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        Pooled.Dispose();
        States.Dispose();
        Thumbnails.Dispose();
    }
}
