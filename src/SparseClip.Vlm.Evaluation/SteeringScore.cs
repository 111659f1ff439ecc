namespace SparseClip.Vlm.Evaluation;

/// <summary>
/// How steering from the true label to another one fares. The first three are over the pictures whose unsteered answer names the label
/// (only there is something to suppress), the next three over all pictures. All are shares, 0..1.
/// </summary>
/// <param name="Suppressed">The steered answer does not name the true label any more.</param>
/// <param name="Reached">The steered answer names the other label.</param>
/// <param name="Corrupted">The steered answer is corrupted; see <see cref="AnswerCorruption"/>.</param>
/// <param name="SuppressedOfAll">The steered answer does not name the true label, over all pictures: those where the unsteered one did not either are among them.</param>
/// <param name="ReachedOfAll">The steered answer names the other label, over all pictures.</param>
/// <param name="CorruptedOfAll">The steered answer is corrupted, over all pictures.</param>
/// <param name="Accuracy">The share of pictures whose unsteered answer names the label.</param>
/// <param name="CorruptedUnsteered">The share of corrupted unsteered answers: what is not steering's doing.</param>
/// <param name="Pictures">The number of pictures.</param>
/// <param name="PicturesRight">The number of pictures whose unsteered answer names the label.</param>
/// <param name="Features">K.</param>
/// <param name="Strength">S, in multiples of each feature's observed maximum.</param>
public sealed record SteeringScore(
    double Suppressed,
    double Reached,
    double Corrupted,
    double SuppressedOfAll,
    double ReachedOfAll,
    double CorruptedOfAll,
    double Accuracy,
    double CorruptedUnsteered,
    int Pictures,
    int PicturesRight,
    int Features,
    double Strength)
{
    /// <summary>Counts the outcomes. Shares over no pictures are 0.</summary>
    public static SteeringScore Of(IReadOnlyList<SteeredPicture> outcomes, int features, double strength)
    {
        ArgumentNullException.ThrowIfNull(outcomes);
        var right = outcomes.Where(outcome => outcome.IsRight).ToList();
        return new SteeringScore(
            Share(right, outcome => outcome.IsSuppressed),
            Share(right, outcome => outcome.IsReached),
            Share(right, outcome => outcome.Steered.IsCorrupted),
            Share(outcomes, outcome => outcome.IsSuppressed),
            Share(outcomes, outcome => outcome.IsReached),
            Share(outcomes, outcome => outcome.Steered.IsCorrupted),
            Share(outcomes, outcome => outcome.IsRight),
            Share(outcomes, outcome => outcome.Unsteered.IsCorrupted),
            outcomes.Count,
            right.Count,
            features,
            strength);
    }

    private static double Share(IReadOnlyCollection<SteeredPicture> outcomes, Func<SteeredPicture, bool> predicate) =>
        outcomes.Count > 0 ? (double)outcomes.Count(predicate) / outcomes.Count : 0;
}

/// <summary>One picture of the steering evaluation.</summary>
/// <param name="Name">Its name in its set.</param>
/// <param name="Label">The true label.</param>
/// <param name="Other">The label steered to.</param>
/// <param name="Unsteered">The answer without steering.</param>
/// <param name="Steered">The answer with it.</param>
/// <param name="IsRight">Whether the unsteered answer names the label.</param>
/// <param name="IsSuppressed">Whether the steered answer does not name it.</param>
/// <param name="IsReached">Whether the steered answer names the other label.</param>
public sealed record SteeredPicture(
    string Name, string Label, string Other, SubjectAnswer Unsteered, SubjectAnswer Steered, bool IsRight, bool IsSuppressed, bool IsReached);
