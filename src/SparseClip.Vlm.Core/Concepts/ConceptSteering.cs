using System.Text.Json.Serialization;

namespace SparseClip.Vlm.Core.Concepts;

/// <summary>How far answers follow a concept that is steered.</summary>
public enum SteeringBadge
{
    /// <summary>Taken out or set, it is mostly neither gone nor named.</summary>
    None,

    /// <summary>One answer in two follows.</summary>
    Weak,

    /// <summary>Three answers in four follow, taken out and set.</summary>
    Strong,
}

/// <summary>What taking a concept out and setting it did to the answers about a few pictures.</summary>
/// <param name="Shown">Answers that named it before it was taken out.</param>
/// <param name="Gone">Those of them that did not after.</param>
/// <param name="Levels">What setting it did in pictures that do not show it, level by level, rising.</param>
public sealed record ConceptSteering(int Shown, int Gone, IReadOnlyList<LevelTrial> Levels)
{
    private const double LeastStrong = 0.75, LeastWeak = 0.5;

    /// <summary>The levels that are tried, in multiples of what pictures that show a concept usually have of it.</summary>
    public static IReadOnlyList<float> TriedLevels { get; } = [0.5f, 1, 1.5f, 2, 3];

    /// <summary>
    /// The largest level that it may be set to: up to it no answer was corrupted, and as many name it as at any lower level. The lowest that was tried, where even that one is not safe.
    /// </summary>
    [JsonIgnore]
    public float SafeMaximum
    {
        get
        {
            var safe = Levels[0].Level;
            var best = 0.0;
            foreach (var trial in Levels.TakeWhile(trial => trial.Corrupted == 0))
            {
                (safe, best) = trial.ReachedShare >= best ? (trial.Level, trial.ReachedShare) : (safe, best);
            }

            return safe;
        }
    }

    /// <summary>How far answers follow: set to a level that is safe, and taken out where answers named it.</summary>
    [JsonIgnore]
    public SteeringBadge Badge
    {
        get
        {
            var reached = Levels.Where(trial => trial.Level <= SafeMaximum && trial.Corrupted == 0).Select(trial => trial.ReachedShare).DefaultIfEmpty(0).Max();
            var gone = Shown > 0 ? Gone / (double)Shown : reached;
            return Math.Min(reached, gone) >= LeastStrong ? SteeringBadge.Strong : Math.Max(reached, gone) >= LeastWeak ? SteeringBadge.Weak : SteeringBadge.None;
        }
    }

    /// <exception cref="FormatException">What a file says of it cannot be.</exception>
    internal void Check()
    {
        if (Shown < 0 || Gone < 0 || Gone > Shown || Levels.Count == 0 || Levels.Any(trial => !trial.IsPossible) || Levels.Zip(Levels.Skip(1)).Any(pair => pair.First.Level >= pair.Second.Level))
        {
            throw new FormatException("Its steering must have levels that rise, each asked at least once, and no more that is gone, moved, reached or corrupted than was asked.");
        }
    }
}

/// <summary>What setting a concept to a level did to answers.</summary>
/// <param name="Level">In multiples of what pictures that show it usually have of it.</param>
/// <param name="Asked">How many answers.</param>
/// <param name="Moved">Those that became others.</param>
/// <param name="Reached">Those that name it.</param>
/// <param name="Corrupted">Those that are empty, cut off, too long or repeat themselves.</param>
public sealed record LevelTrial(float Level, int Asked, int Moved, int Reached, int Corrupted)
{
    internal double ReachedShare => Reached / (double)Asked;

    internal bool IsPossible => float.IsFinite(Level) && Level > 0 && Asked > 0 && Math.Min(Moved, Math.Min(Reached, Corrupted)) >= 0 && Math.Max(Moved, Math.Max(Reached, Corrupted)) <= Asked;
}
