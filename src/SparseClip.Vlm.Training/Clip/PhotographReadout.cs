using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Sparsity;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// How photographic a picture is, read off its normalised pooled state h by one linear map p(h) = u h + c (ridge regression): 0 for drawn pictures on average and 1 for
/// photographs. Since it is linear, a bias for photographs alone, b - s p(h), is a sparse head of the same shape: W - s u, b - s c, with an s for every feature.
/// </summary>
public sealed class PhotographReadout : IDisposable
{
    private const double Ridge = 100; // little beside the squares of thousands of pictures
    private readonly SparseHead _head;
    private readonly Tensor _direction; // u, [d] float32
    private readonly float _offset; // c

    private PhotographReadout(SparseHead head, Tensor direction, float offset) => (_head, _direction, _offset) = (head, direction, offset);

    /// <summary>Fits it.</summary>
    /// <param name="head">Whose norm the states go through, in evaluation mode; not owned.</param>
    /// <param name="drawn">[N, d] float32: pooled states of drawn pictures.</param>
    /// <param name="photographs">[M, d] float32: those of photographs.</param>
    /// <exception cref="TrainingException">There are none of a kind, or nothing tells the kinds apart.</exception>
    public static PhotographReadout Fit(SparseHead head, Tensor drawn, Tensor photographs)
    {
        ArgumentNullException.ThrowIfNull(head);
        ArgumentNullException.ThrowIfNull(drawn);
        ArgumentNullException.ThrowIfNull(photographs);
        if (drawn.shape[0] == 0 || photographs.shape[0] == 0)
        {
            throw new TrainingException(
                $"{drawn.shape[0]} drawn pictures and {photographs.shape[0]} photographs were seen, but what tells them apart is learned from both: give the batches some of each.");
        }

        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var (flat, real) = (head.norm.forward(drawn).to_type(ScalarType.Float64), head.norm.forward(photographs).to_type(ScalarType.Float64));
        var states = cat([flat, real]);
        var targets = cat([zeros(flat.shape[0], dtype: ScalarType.Float64), ones(real.shape[0], dtype: ScalarType.Float64)]);
        var centred = states - states.mean([0], keepdim: true);
        var covariance = centred.t().matmul(centred).Plus(eye(head.Width, dtype: ScalarType.Float64).Times(Ridge));
        var direction = linalg.solve(covariance.ToHost(), centred.t().matmul((targets - targets.mean()).unsqueeze(1)).ToHost()).squeeze(1).ToDevice();
        var (least, most) = (flat.mv(direction).mean().item<double>(), real.mv(direction).mean().item<double>());
        if (!(most - least > 1e-6))
        {
            throw new TrainingException(
                "Drawn pictures and photographs have the same states on average, so nothing tells them apart: take a tower that was trained on both, or do without the photographs' own biases.");
        }

        direction = direction.Over(most - least);
        return new PhotographReadout(head, direction.to_type(ScalarType.Float32).DetachFromDisposeScope(), (float)(-least / (most - least)));
    }

    /// <summary>p of pictures.</summary>
    /// <param name="states">[B, d] float32: pooled states.</param>
    /// <returns>[B] float32: about 0 for a drawn picture, about 1 for a photograph; the caller's.</returns>
    public Tensor Score(Tensor states)
    {
        ArgumentNullException.ThrowIfNull(states);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        return _head.norm.forward(states).mv(_direction).Plus(_offset).MoveToOuterDisposeScope();
    }

    /// <summary>Lowers the bias of every feature of the head by s p(h): by s for a photograph, by nothing for a drawn picture.</summary>
    /// <param name="by">s of every feature, [D], in units of a pre-activation; a negative one raises.</param>
    public void LowerPhotographs(Tensor by)
    {
        ArgumentNullException.ThrowIfNull(by);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        _head.weight.sub_(by.unsqueeze(1) * _direction); // [D, 1] * [d]
        _head.ShiftBiases(by.Times(-_offset));
    }

    /// <inheritdoc />
    public void Dispose() => _direction.Dispose();
}
