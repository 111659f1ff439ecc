using System.Diagnostics;
using SparseClip.Vlm.Modeling.Metrics;
using SparseClip.Vlm.Training;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Studies.Paper;

/// <summary>Trains one variant by a fixed number of steps.</summary>
/// <param name="preset">What all runs share.</param>
/// <param name="data">What is read; not owned.</param>
/// <param name="seed">Of weights and batches, the same for every variant.</param>
public sealed class StudyRunner(StudyPreset preset, StudyData data, int seed)
{
    private const int CurvePoints = 40;
    private const int Sample = 2048;

    /// <summary>A finished run.</summary>
    /// <param name="Model">In evaluation mode; the caller's.</param>
    /// <param name="Seconds">Training time, measurements left out.</param>
    /// <param name="Curve">Loss and L0 on the way.</param>
    public sealed record Trained(StudyModel Model, double Seconds, IReadOnlyList<CurvePoint> Curve);

    /// <summary>Trains a variant.</summary>
    /// <param name="config">The variant.</param>
    /// <param name="steps">1 or more.</param>
    /// <param name="snapshots">Shares of the training, ascending, at which <paramref name="measure"/> is called; the last steps come after training.</param>
    /// <param name="measure">Called with the share and the model in evaluation mode.</param>
    /// <param name="report">Called with the steps done.</param>
    /// <param name="cancellationToken">Ends the run between steps.</param>
    /// <exception cref="TrainingException">The loss is not finite.</exception>
    public Trained Train(
        StudyConfig config, int steps, IReadOnlyList<double> snapshots, Action<double, StudyModel>? measure, Action<int>? report, CancellationToken cancellationToken)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(steps, 1);
        var model = new StudyModel(data.ImageWidth, data.TextWidth, preset, config, seed);
        try
        {
            using var optimizer = Optimizer(model);
            var batches = new StudyBatches(data.Train, preset.Batch, seed);
            var (watch, curve, next) = (new Stopwatch(), new List<CurvePoint>(), 0);
            var every = Math.Max(1, steps / CurvePoints);
            for (var step = 0; step < steps; step++)
            {
                cancellationToken.ThrowIfCancellationRequested();
                watch.Start();
                var point = Step(model, optimizer, batches, step, LearningRate.Factor(step, (int)(preset.Warmup * steps), step / (double)steps));
                watch.Stop();
                if (step % every == 0 || step == steps - 1)
                {
                    curve.Add(point);
                }

                for (; next < snapshots.Count && step + 1 >= Math.Max(1, Math.Round(snapshots[next] * steps)); next++)
                {
                    Calibrate(model, batches);
                    measure?.Invoke(snapshots[next], model);
                    model.train();
                }

                report?.Invoke(step + 1);
            }

            Calibrate(model, batches);
            return new Trained(model, watch.Elapsed.TotalSeconds, curve);
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }

    /// <summary>Seconds that a step of a variant takes here and now.</summary>
    public double SecondsAStep(StudyConfig config)
    {
        using var model = new StudyModel(data.ImageWidth, data.TextWidth, preset, config, seed);
        using var optimizer = Optimizer(model);
        var batches = new StudyBatches(data.Train, preset.Batch, seed);
        Step(model, optimizer, batches, 0, 0);
        var started = Stopwatch.GetTimestamp();
        const int timed = 2;
        for (var step = 1; step <= timed; step++)
        {
            Step(model, optimizer, batches, step, 0);
        }

        return Stopwatch.GetElapsedTime(started).TotalSeconds / timed;
    }

    private AdamW Optimizer(StudyModel model)
    {
        model.train();
        var optimizer = new AdamW(preset.WeightDecay);
        optimizer.Add(model.named_parameters().Select(entry => (entry.name, entry.parameter)), preset.Rate);
        return optimizer;
    }

    private CurvePoint Step(StudyModel model, AdamW optimizer, StudyBatches batches, int step, double factor)
    {
        using var scope = NewDisposeScope();
        var (pooled, states) = batches.At(step);
        var (loss, codes) = model.Loss(pooled, states);
        var value = loss.item<float>();
        if (!float.IsFinite(value))
        {
            throw new TrainingException($"The loss of the run '{model.Config.Name}' is not finite at step {step}.");
        }

        optimizer.ZeroGradients();
        loss.backward();
        optimizer.ClipGradients(preset.ClipNorm);
        optimizer.Step(factor);
        model.scale.Clamp();
        return new CurvePoint(step + 1, value, L0.MeanFractionOf(codes.abs()), model.scale.Value);
    }

    private static void Calibrate(StudyModel model, StudyBatches batches)
    {
        using var scope = NewDisposeScope();
        var (pooled, states) = batches.Sample(Sample);
        model.Calibrate(pooled, states);
    }
}
