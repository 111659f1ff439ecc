using SparseClip.Vlm.Training.Optimization;

namespace SparseClip.Vlm.Training.Runs;

/// <summary>How a run is kept, so that the same command goes on.</summary>
/// <param name="Checkpoint">Where.</param>
/// <param name="Task">What; not owned.</param>
/// <param name="Seconds">Training time between checkpoints.</param>
public sealed record RunKeeping(RunCheckpoint Checkpoint, IResumable Task, double Seconds)
{
    internal TrainingState? Restore(AdamW optimizer) => Checkpoint.Restore(Task, optimizer);

    internal void Save(TrainingState state, AdamW optimizer) => Checkpoint.Save(state, Task, optimizer);
}
