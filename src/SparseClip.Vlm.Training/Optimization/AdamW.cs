using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Optimization;

/// <summary>
/// AdamW (Loshchilov and Hutter 2019) with a rate for each group of parameters and moments that can be kept in a safetensors file under the
/// parameters' names. Matrices decay, vectors do not.
/// </summary>
/// <remarks>TorchSharp's own AdamW works on temporaries; this one updates in place, which for large sparse heads is most of the optimiser's time.</remarks>
public sealed class AdamW : IDisposable
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.98;
    private const double Epsilon = 1e-6;
    private readonly List<Slot> _slots = [];
    private readonly double _weightDecay;
    private long _steps;

    /// <param name="weightDecay">Per step and unit of learning rate, on tensors of two or more dimensions.</param>
    public AdamW(double weightDecay) => _weightDecay = weightDecay;

    /// <summary>Adds parameters; those without gradient are left out.</summary>
    public void Add(IEnumerable<TrainedParameter> parameters)
    {
        using var noGrad = no_grad();
        foreach (var (name, parameter, rate) in parameters.Where(trained => trained.Parameter.requires_grad))
        {
            _slots.Add(new Slot(
                name, parameter, rate,
                zeros_like(parameter).DetachFromDisposeScope(), zeros_like(parameter).DetachFromDisposeScope(),
                parameter.dim() >= 2));
        }
    }

    /// <summary>Scales all gradients so that their joint norm is at most <paramref name="maximum"/>.</summary>
    /// <returns>The norm before.</returns>
    public double ClipGradients(double maximum) =>
        nn.utils.clip_grad_norm_(_slots.Select(slot => slot.Parameter), maximum);

    /// <summary>One step.</summary>
    /// <param name="factor">On every group's rate, 0..1.</param>
    public void Step(double factor)
    {
        using var noGrad = no_grad();
        _steps++;
        var correction1 = 1 - Math.Pow(Beta1, _steps);
        var correction2 = Math.Sqrt(1 - Math.Pow(Beta2, _steps));
        foreach (var slot in _slots)
        {
            using var scope = NewDisposeScope();
            var gradient = slot.Parameter.grad;
            if (gradient is null)
            {
                continue;
            }

            var rate = slot.Rate * factor;
            if (slot.Decays)
            {
                slot.Parameter.TimesInPlace(1 - (rate * _weightDecay));
            }

            slot.First.lerp_(gradient, 1 - Beta1);
            slot.Second.TimesInPlace(Beta2).PlusProductInPlace(gradient, gradient, 1 - Beta2);
            var denominator = slot.Second.sqrt().OverInPlace(correction2).PlusInPlace(Epsilon);
            slot.Parameter.PlusQuotientInPlace(slot.First, denominator, -rate / correction1);
        }
    }

    /// <summary>Forgets all gradients.</summary>
    public void ZeroGradients()
    {
        foreach (var slot in _slots)
        {
            slot.Parameter.grad?.zero_();
        }
    }

    /// <summary>The moments and the step count by name. The count's tensor belongs to the caller's dispose scope.</summary>
    public IReadOnlyList<KeyValuePair<string, Tensor>> State() =>
    [
        .. _slots.Select(slot => KeyValuePair.Create(slot.Name + ".first", slot.First)),
        .. _slots.Select(slot => KeyValuePair.Create(slot.Name + ".second", slot.Second)),
        KeyValuePair.Create("steps", tensor(_steps)),
    ];

    /// <summary>Takes the moments from a file that <see cref="State"/> was written to.</summary>
    /// <exception cref="CheckpointException">A moment is missing.</exception>
    public void Restore(SafetensorsFile file)
    {
        using var noGrad = no_grad();
        using var scope = NewDisposeScope();
        foreach (var slot in _slots)
        {
            slot.First.copy_(file.Load(slot.Name + ".first"));
            slot.Second.copy_(file.Load(slot.Name + ".second"));
        }

        _steps = file.Load("steps").item<long>();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var slot in _slots)
        {
            slot.First.Dispose();
            slot.Second.Dispose();
        }
    }

    private sealed record Slot(string Name, Parameter Parameter, double Rate, Tensor First, Tensor Second, bool Decays);
}
