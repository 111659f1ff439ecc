using SparseClip.Vlm.Modeling.Metrics;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>The features that were active in at least one image code of a window of steps.</summary>
public sealed class ActiveFeatureWindow : IDisposable
{
    private readonly ActiveFeatures _active;
    private readonly int _window;
    private int _steps;
    private double? _lastWindow;

    /// <param name="dimension">D.</param>
    /// <param name="window">The number of steps that are counted together, 1 or more.</param>
    public ActiveFeatureWindow(int dimension, int window)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(window, 1);
        _active = new ActiveFeatures(dimension);
        _window = window;
    }

    /// <summary>The share of the features active in the last full window, 0..1; of the running one until there is a full one.</summary>
    public double Fraction => _lastWindow ?? _active.ActiveFraction;

    /// <param name="codes">[B, D]</param>
    public void Add(Tensor codes)
    {
        _active.Add(codes);
        if (++_steps % _window == 0)
        {
            _lastWindow = _active.ActiveFraction;
            _active.Reset();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _active.Dispose();
}
