using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>What a batch's pictures become before anything that is trained.</summary>
/// <param name="States">[B, d] the means of the patch states.</param>
/// <param name="TeacherLogits">[B, all classes] without gradient; null without a teacher.</param>
internal sealed record TrunkOutput(Tensor States, Tensor? TeacherLogits);

/// <summary>
/// Keeps the outputs of a frozen trunk and of the teacher in half precision: what is frozen need not be computed twice. It grows by 2 (d + classes) bytes
/// a picture, so a run that uses it has a given number of batches of them.
/// </summary>
internal sealed class TrunkOutputCache : IDisposable
{
    private readonly Dictionary<long, TrunkOutput> _known = [];

    /// <summary>What was kept of a batch, in float32, in the caller's dispose scope; null when nothing was.</summary>
    /// <param name="number">The number of the batch's pictures.</param>
    public TrunkOutput? Find(long number) => _known.TryGetValue(number, out var output)
        ? new TrunkOutput(output.States.to_type(ScalarType.Float32), output.TeacherLogits?.to_type(ScalarType.Float32))
        : null;

    /// <summary>Keeps a batch.</summary>
    public void Add(long number, TrunkOutput output) =>
        _known[number] = new TrunkOutput(Kept(output.States), output.TeacherLogits is { } logits ? Kept(logits) : null);

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
