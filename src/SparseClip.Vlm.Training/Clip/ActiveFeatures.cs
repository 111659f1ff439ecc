using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>Counts the features that were active in at least one image code of a window of steps.</summary>
public sealed class ActiveFeatures : IDisposable
{
    private readonly Tensor _active;
    private readonly int _window;
    private int _steps;
    private double? _lastWindow;

    /// <param name="dimension">D.</param>
    /// <param name="window">The number of steps that are counted together.</param>
    public ActiveFeatures(int dimension, int window)
    {
        _active = zeros(dimension, ScalarType.Bool);
        _window = window;
    }

    /// <summary>The share of the features active in the last full window, 0..1; of the running one until there is a full one.</summary>
    public double Share => _lastWindow ?? Running();

    /// <param name="codes">[B, D]</param>
    public void Add(Tensor codes)
    {
        using var scope = NewDisposeScope();
        _active.logical_or_((codes > 0).any(0));
        if (++_steps % _window == 0)
        {
            _lastWindow = Running();
            _active.zero_();
        }
    }

    private double Running()
    {
        using var count = _active.sum();
        return count.item<long>() / (double)_active.numel();
    }

    /// <inheritdoc />
    public void Dispose() => _active.Dispose();
}
