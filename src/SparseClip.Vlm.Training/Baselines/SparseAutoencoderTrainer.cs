using SparseClip.Vlm.Modeling.Baselines;
using SparseClip.Vlm.Modeling.Vision;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Baselines;

/// <summary>
/// Trains a sparse autoencoder on a stream of dense embeddings, of which it holds one batch at a time: Adam, a rate that rises and falls, atoms brought back to
/// unit length after every step (Bricken et al. 2023; Gao et al. 2024). It knows nothing of the variant but its loss.
/// </summary>
public sealed class SparseAutoencoderTrainer
{
    private readonly SparseAutoencoderTrainerOptions _options;

    /// <param name="options">The recipe.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value of the recipe is out of its range.</exception>
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
    public SparseAutoencoderProgress Train(
        SparseAutoencoder model, Func<long, Tensor> batchAt, Action<SparseAutoencoderProgress>? report, CancellationToken cancellationToken)
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
    public SparseAutoencoderProgress Train(
        SparseAutoencoder model, IEnumerable<Tensor> batches, Action<SparseAutoencoderProgress>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(batches);
        model.SetTrained(true);
        try
        {
            using var optimizer = new AdamW(weightDecay: 0);
            optimizer.Add(model.named_parameters().Select(entry => (entry.name, entry.parameter)), _options.Rate);
            using var dead = new DeadLatents(model.Dimension, _options.DeadAfter);
            return Loop(model, optimizer, dead, batches, report, cancellationToken);
        }
        finally
        {
            model.SetTrained(false);
        }
    }

    private SparseAutoencoderProgress Loop(
        SparseAutoencoder model, AdamW optimizer, DeadLatents dead, IEnumerable<Tensor> batches,
        Action<SparseAutoencoderProgress>? report, CancellationToken cancellationToken)
    {
        var window = new SparseAutoencoderWindow(model.Dimension);
        SparseAutoencoderProgress? last = null;
        long done = 0;
        foreach (var batch in batches.Take(_options.Steps))
        {
            using var dense = batch;
            cancellationToken.ThrowIfCancellationRequested();
            if (done == 0)
            {
                model.StartBiasAt(dense);
            }

            Step(model, optimizer, dead, dense, LearningRate.Factor(done, _options.WarmupSteps, done / (double)_options.Steps), window);
            done++;
            last = null;
            if (done % _options.ReportEvery == 0 || done == _options.Steps)
            {
                last = window.Take(done, _options.Steps, dead.Fraction);
                report?.Invoke(last);
            }
        }

        if (done == 0)
        {
            throw new ArgumentException("There was no batch of embeddings to train on.", nameof(batches));
        }

        if (last is null)
        {
            last = window.Take(done, _options.Steps, dead.Fraction); // the batches ended before the steps
            report?.Invoke(last);
        }

        return last;
    }

    private void Step(
        SparseAutoencoder model, AdamW optimizer, DeadLatents dead, Tensor dense, double factor, SparseAutoencoderWindow window)
    {
        using var scope = NewDisposeScope();
        var loss = model.Loss(dense, dead.Mask());
        if (!float.IsFinite(loss.Total.item<float>()))
        {
            throw new TrainingException("The loss of the sparse autoencoder is not finite. Look for embeddings that are not, or lower the learning rate.");
        }

        optimizer.ZeroGradients();
        loss.Total.backward();
        model.ProjectAtomGradients();
        optimizer.ClipGradients(_options.ClipNorm);
        optimizer.Step(factor);
        model.NormalizeAtoms();
        dead.Add(loss.Codes);
        window.Add(loss, dense);
    }
}
