using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Metrics;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Baselines;

/// <summary>Averages the steps since the last report.</summary>
internal sealed class SparseAutoencoderWindow(int dimension)
{
    private L0 _l0 = new(dimension);
    private int _steps;
    private double _loss, _reconstruction, _error, _spread;

    public void Add(SparseAutoencoderLoss loss, Tensor dense)
    {
        using var scope = NewDisposeScope();
        _steps++;
        _loss += loss.Total.item<float>();
        _reconstruction += loss.Reconstruction.item<float>();
        _error += (dense - loss.Reconstructed).Squared().sum().item<float>();
        _spread += (dense - dense.mean([0], keepdim: true)).Squared().sum().item<float>();
        _l0.Add(loss.Codes);
    }

    /// <summary>The averages; the window starts again.</summary>
    public SparseAutoencoderProgress Take(long step, int steps, double deadFraction)
    {
        var progress = new SparseAutoencoderProgress(
            step, steps, _loss / _steps, _reconstruction / _steps, _spread > 0 ? _error / _spread : 0, _l0.MeanCount, deadFraction);
        _l0 = new L0(dimension);
        _steps = 0;
        _loss = _reconstruction = _error = _spread = 0;
        return progress;
    }
}
