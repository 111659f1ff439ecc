using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>What the trunk and the teacher made of a batch's pictures.</summary>
/// <param name="States">[B, d] the means of the patch states.</param>
/// <param name="TeacherLogits">[B, all classes] without gradient; null without a teacher.</param>
internal sealed record SeenPictures(Tensor States, Tensor? TeacherLogits);

/// <summary>
/// Remembers what a frozen trunk and the teacher made of pictures, in half precision: what is frozen need not be computed twice. It grows by 2 (d + classes) bytes
/// a picture, so a run that uses it has a given number of batches of them.
/// </summary>
internal sealed class PictureMemory : IDisposable
{
    private readonly Dictionary<long, SeenPictures> _known = [];

    /// <summary>What was remembered of a batch, in float32, in the caller's dispose scope; null when nothing was.</summary>
    /// <param name="number">The number of the batch's pictures.</param>
    public SeenPictures? Recall(long number) => _known.TryGetValue(number, out var seen)
        ? new SeenPictures(seen.States.to_type(ScalarType.Float32), seen.TeacherLogits?.to_type(ScalarType.Float32))
        : null;

    /// <summary>Remembers a batch.</summary>
    public void Remember(long number, SeenPictures seen) =>
        _known[number] = new SeenPictures(Kept(seen.States), seen.TeacherLogits is { } logits ? Kept(logits) : null);

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (states, logits) in _known.Values)
        {
            states.Dispose();
            logits?.Dispose();
        }
    }

    private static Tensor Kept(Tensor values)
    {
        using var noGrad = no_grad();
        return values.to_type(ScalarType.Float16).DetachFromDisposeScope();
    }
}
