using SparseClip.Vlm.Training;
using SparseClip.Vlm.Training.Runs;
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
            var batches = new StudyBatches(data.Train, preset.Batch, seed);
            var (curve, next, every) = (new List<CurvePoint>(), 0, Math.Max(1, steps / CurvePoints));
            var state = Trainer(model, batches, steps, Observe).Train(cancellationToken);
            cancellationToken.ThrowIfCancellationRequested();
            Calibrate(model, batches);
            return new Trained(model, state.TrainedSeconds, curve);

            void Observe(TrainingProgress progress)
            {
                var step = (int)progress.Step;
                if ((step - 1) % every == 0 || step == steps)
                {
                    curve.Add(new CurvePoint(step, progress.Losses.Values.Sum(), progress.Measures["L0"], progress.Measures["scale"]));
                }

                for (; next < snapshots.Count && step >= Math.Max(1, Math.Round(snapshots[next] * steps)); next++)
                {
                    Calibrate(model, batches);
                    measure?.Invoke(snapshots[next], model);
                    model.train();
                }

                report?.Invoke(step);
            }
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
        const int timed = 2; // after a first one
        using var model = new StudyModel(data.ImageWidth, data.TextWidth, preset, config, seed);
        var first = 0.0;
        var state = Trainer(model, new StudyBatches(data.Train, preset.Batch, seed), timed + 1, progress => first = progress.Step == 1 ? progress.Minutes * 60 : first)
            .Train(CancellationToken.None);
        return (state.TrainedSeconds - first) / timed;
    }

    private Trainer<StudyBatch> Trainer(StudyModel model, StudyBatches batches, int steps, Action<TrainingProgress> report) => new(
        new StudyTask(model, preset, batches),
        new TrainingSchedule(new TrainingLength(0, steps), (int)(preset.Warmup * steps), preset.WeightDecay, preset.ClipNorm),
        new TrainingObserver { ReportEvery = 1, Report = report });

    private static void Calibrate(StudyModel model, StudyBatches batches)
    {
        using var scope = NewDisposeScope();
        var (pooled, states) = batches.Sample(Sample);
        model.Calibrate(pooled, states);
    }
}
