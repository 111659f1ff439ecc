using System.Diagnostics;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Training.Optimization;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>
/// The one loop of all trainings: sums a task's losses, steps by AdamW, reports, measures and keeps checkpoints, and stops cleanly by the token.
/// </summary>
/// <param name="task">What is learned; not owned.</param>
/// <param name="schedule">How long and by what steps.</param>
/// <param name="observer">Who looks on.</param>
/// <param name="keeping">How the run is kept, so that it can go on; null for not at all.</param>
public sealed class Trainer<TBatch>(ITrainingTask<TBatch> task, TrainingSchedule schedule, TrainingObserver observer, RunKeeping? keeping = null)
    where TBatch : class, IDisposable
{
    /// <summary>Trains until the schedule or the batches end, from the checkpoint if there is one.</summary>
    /// <param name="cancellationToken">Ends the run after the running step; its state is kept as if it had ended.</param>
    /// <returns>How far it came.</returns>
    /// <exception cref="TrainingException">A loss is not finite.</exception>
    /// <exception cref="CheckpointException">A checkpoint is damaged or does not fit, or cannot be written.</exception>
    public TrainingState Train(CancellationToken cancellationToken)
    {
        using var optimizer = new AdamW(schedule.WeightDecay);
        optimizer.Add(task.Parameters);
        var state = keeping?.Restore(optimizer) ?? new TrainingState(0, 0);
        var (window, kept, measured) = (new ProgressWindow(), state.TrainedSeconds, state.TrainedSeconds);
        if (observer.MeasuresStart)
        {
            observer.Measure?.Invoke(state);
        }

        task.Learn();
        while (schedule.Next(state) is { } moment && Step(optimizer, window, state, moment, cancellationToken) is { } next)
        {
            state = next;
            if (state.Step % observer.ReportEvery == 0)
            {
                Report(window, state);
            }

            if (keeping is not null && state.TrainedSeconds - kept >= keeping.Seconds)
            {
                keeping.Save(state, optimizer);
                kept = state.TrainedSeconds;
            }

            if (observer.Measure is not null && state.TrainedSeconds - measured >= observer.MeasureSeconds)
            {
                observer.Measure(state);
                task.Learn();
                measured = state.TrainedSeconds;
            }
        }

        if (!window.IsEmpty)
        {
            Report(window, state);
        }

        keeping?.Save(state, optimizer);
        return state;
    }

    /// <summary>Takes a step; null when there is no batch for it.</summary>
    private TrainingState? Step(AdamW optimizer, ProgressWindow window, TrainingState state, TrainingMoment moment, CancellationToken cancellationToken)
    {
        var started = Stopwatch.GetTimestamp();
        using var batch = Next(moment, cancellationToken);
        if (batch is null)
        {
            return null;
        }

        var waited = Stopwatch.GetElapsedTime(started).TotalSeconds;
        using (NewDisposeScope())
        {
            var losses = task.Losses(batch, moment);
            var values = Read(losses, moment.Step);
            var norm = Update(optimizer, losses, moment);
            window.Add(values, losses, norm);
        }

        var seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        window.Add(seconds, waited);
        return new TrainingState(state.Step + 1, state.TrainedSeconds + seconds);
    }

    private TBatch? Next(TrainingMoment moment, CancellationToken cancellationToken)
    {
        try
        {
            return cancellationToken.IsCancellationRequested ? null : task.Next(moment, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return null; // the wait for the loader was ended, and the run is kept as it is
        }
    }

    /// <summary>The losses as numbers, all finite.</summary>
    private List<Measure> Read(StepLosses losses, long step)
    {
        var values = losses.Terms.Select(term => new Measure(term.Name, term.Value.item<float>())).ToList();
        return values.Find(value => !double.IsFinite(value.Value)) is { } wrong
            ? throw new TrainingException($"The loss '{wrong.Name}' is not finite at step {step + 1}. {task.Remedy}")
            : values;
    }

    /// <summary>The norm of the gradient before clipping.</summary>
    private double Update(AdamW optimizer, StepLosses losses, TrainingMoment moment)
    {
        optimizer.ZeroGradients();
        losses.Terms.Select(term => term.Value).Aggregate((sum, term) => sum.Plus(term)).backward();
        task.BeforeUpdate();
        var norm = optimizer.ClipGradients(schedule.ClipNorm);
        optimizer.Step(moment.RateFactor);
        task.AfterUpdate(moment);
        return norm;
    }

    private void Report(ProgressWindow window, TrainingState state)
    {
        var progress = window.Take(state, schedule.Length, task.Gauge());
        observer.Report?.Invoke(progress);
    }
}
