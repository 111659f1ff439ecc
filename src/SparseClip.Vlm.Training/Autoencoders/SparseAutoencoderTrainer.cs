using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Autoencoders;

/// <summary>
/// Trains a sparse autoencoder on a stream of dense embeddings, of which it holds one batch at a time: Adam, and a rate that rises and falls.
/// </summary>
public sealed class SparseAutoencoderTrainer
{
    private readonly SparseAutoencoderTrainerOptions _options;

    /// <param name="options">The recipe.</param>
    /// <exception cref="ConfigurationException">A value of the recipe cannot be.</exception>
    public SparseAutoencoderTrainer(SparseAutoencoderTrainerOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _options = options;
    }

    /// <summary>Trains on a batch made for each step.</summary>
    /// <param name="model">As for the other overload.</param>
    /// <param name="batchAt">The embeddings [B, d] of a step, counted from 0; disposed after it.</param>
    /// <param name="report">As for the other overload.</param>
    /// <param name="cancellationToken">As for the other overload.</param>
    public TrainingProgress Train(
        SparseAutoencoder model, Func<long, Tensor> batchAt, Action<TrainingProgress>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(batchAt);
        return Train(model, Enumerable.Range(0, _options.Steps).Select(step => batchAt(step)), report, cancellationToken);
    }

    /// <summary>Trains until the steps are done or the batches end.</summary>
    /// <param name="model">The autoencoder; its bias is started at the mean of the first batch. It comes back without gradients, ready to encode.</param>
    /// <param name="batches">Embeddings [B, d] float32, one batch at a time; each is disposed after its step.</param>
    /// <param name="report">Called every few steps and after the last; null for nobody.</param>
    /// <param name="cancellationToken">Stops between steps.</param>
    /// <returns>The last report.</returns>
    /// <exception cref="ArgumentException">There was no batch, or one of another width.</exception>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    public TrainingProgress Train(
        SparseAutoencoder model, IEnumerable<Tensor> batches, Action<TrainingProgress>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        TrainingProgress? last = null;
        model.SetTrained(true);
        try
        {
            using var task = new SparseAutoencoderTask(model, batches, _options);
            var schedule = new TrainingSchedule(new TrainingLength(0, _options.Steps), _options.WarmupSteps, WeightDecay: 0, _options.ClipNorm);
            new Trainer<Tensor>(task, schedule, new TrainingObserver { ReportEvery = _options.ReportEvery, Report = Report }).Train(cancellationToken);
        }
        finally
        {
            model.SetTrained(false);
        }

        cancellationToken.ThrowIfCancellationRequested();
        return last ?? throw new ArgumentException("There was no batch of embeddings to train on.", nameof(batches));

        void Report(TrainingProgress progress)
        {
            last = progress;
            report?.Invoke(progress);
        }
    }
}
