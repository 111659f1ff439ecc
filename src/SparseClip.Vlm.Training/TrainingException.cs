using SparseClip.Vlm.Core.Problems;

namespace SparseClip.Vlm.Training;

/// <summary>A training cannot go on as it was asked for: its data do not suffice, or it does not converge. The message says what to change.</summary>
public sealed class TrainingException(string message) : SparseClipException(message);
