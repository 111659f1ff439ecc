using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>A sparse autoencoder in training on a stream of dense embeddings: atoms are brought back to unit length after every step (Bricken et al. 2023; Gao et al. 2024). It knows nothing of the variant but its loss.</summary>
internal sealed class SparseAutoencoderTask : ITrainingTask<Tensor>, IDisposable
{
    private readonly SparseAutoencoder _model;
    private readonly IEnumerator<Tensor> _batches;
    private readonly double _rate;
    private readonly DeadLatents _dead;
    private L0 _l0;
    private double _error, _spread; // since the last report
    private Tensor? _codes; // of the running step

    /// <param name="model">The autoencoder; not owned. Its bias is started at the mean of the first batch.</param>
    /// <param name="batches">Embeddings [B, d] float32, one batch at a time.</param>
    /// <param name="options">The recipe.</param>
    public SparseAutoencoderTask(SparseAutoencoder model, IEnumerable<Tensor> batches, SparseAutoencoderTrainerOptions options)
    {
        _model = model;
        _batches = batches.GetEnumerator();
        _rate = options.Rate;
        _dead = new DeadLatents(model.Dimension, options.DeadAfter);
        _l0 = new L0(model.Dimension);
    }

    /// <inheritdoc />
    public IEnumerable<TrainedParameter> Parameters => TrainedParameter.Of(_model, _rate);

    /// <inheritdoc />
    public string Remedy => "Look for embeddings that are not finite, or lower the learning rate of the autoencoder.";

    /// <inheritdoc />
    public Tensor? Next(TrainingMoment moment, CancellationToken cancellationToken) => _batches.MoveNext() ? _batches.Current : null;

    /// <inheritdoc />
    public StepLosses Losses(Tensor batch, TrainingMoment moment)
    {
        ArgumentNullException.ThrowIfNull(batch);
        ArgumentNullException.ThrowIfNull(moment);
        if (moment.Step == 0)
        {
            _model.StartBiasAt(batch);
        }

        var loss = _model.Loss(batch, _dead.Mask());
        _codes = loss.Codes;
        _l0.Add(loss.Codes);
        _error += (batch - loss.Reconstructed).Squared().sum().item<float>();
        _spread += (batch - batch.mean([0], keepdim: true)).Squared().sum().item<float>();
        return new StepLosses([new("loss", loss.Total)], [new("reconstruction", loss.Reconstruction.item<float>())], (int)batch.shape[0]);
    }

    /// <inheritdoc />
    public void BeforeUpdate() => _model.ProjectAtomGradients();

    /// <inheritdoc />
    public void AfterUpdate(TrainingMoment moment)
    {
        _model.NormalizeAtoms();
        _dead.Add(_codes!);
        _codes = null;
    }

    /// <summary>
    /// "unexplained": the squared error of the whole reconstruction over that of the batch's mean, 0 is perfect, 1 no better than the mean; "L0": active latents of a code; "dead": the share of
    /// latents dead now, 0..1.
    /// </summary>
    public IEnumerable<Measure> Gauge()
    {
        Measure[] gauges = [new("unexplained", _spread > 0 ? _error / _spread : 0), new("L0", _l0.MeanCount), new("dead", _dead.Fraction)];
        _l0 = new L0(_model.Dimension);
        _error = _spread = 0;
        return gauges;
    }

    /// <inheritdoc />
    public void Learn()
    {
        // An autoencoder computes in training what it computes after it.
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _batches.Dispose();
        _dead.Dispose();
    }
}
