using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling.Text;
using SparseClip.Vlm.Modeling.Towers;
using SparseClip.Vlm.Training.Runs;

namespace SparseClip.Vlm.Training.Clip;

/// <summary>
/// Measures a tower during training on a style left out of it and on held-out photographs: samples that recipes may be chosen by. The
/// style kept for the final figures is never among them.
/// </summary>
public sealed class ClipValidator : IDisposable
{
    private const int Sample = 500;
    private readonly List<(string Name, LabelledSet Set)> _sets;
    private readonly IFrozenTextStates _states;

    private ClipValidator(List<(string Name, LabelledSet Set)> sets, IFrozenTextStates states)
    {
        _sets = sets;
        _states = states;
    }

    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="states">The frozen text states; not owned.</param>
    /// <param name="leftOut">The icon families that are not trained on.</param>
    /// <exception cref="ShardException">The folder holds no pictures.</exception>
    public static ClipValidator Open(string data, IFrozenTextStates states, IReadOnlyList<string> leftOut)
    {
        var sets = new List<(string, LabelledSet)>();
        Add($"left-out style ({string.Join(", ", leftOut)})", entry => entry.Concrete == true && leftOut.Contains(entry.Artist));
        Add("held-out photographs", PhotographSplit.IsForChoosing);
        return new ClipValidator(sets, states);

        void Add(string name, Func<CatalogueEntry, bool> belongs)
        {
            try
            {
                sets.Add((name, LabelledSet.Open(data, Sample, picture => picture.Entry is { } entry && belongs(entry))));
            }
            catch (ShardException) when (Directory.Exists(data))
            {
                // A data folder built from some of the sources has no such pictures: there is nothing to measure on.
            }
        }
    }

    /// <summary>Measures every set.</summary>
    /// <param name="model">A model in evaluation mode.</param>
    /// <param name="step">The step it is at.</param>
    /// <param name="cancellationToken">Ends the measurement.</param>
    public IEnumerable<Measurement> Measure(SparseClipModel model, long step, CancellationToken cancellationToken)
    {
        var texts = new SparseTextEncoder(model, _states);
        foreach (var (name, set) in _sets)
        {
            var score = ZeroShotEvaluator.Evaluate(model, texts, set, [], null, cancellationToken);
            yield return new Measurement(step, name, new Dictionary<string, double> { ["zero-shot top-1"] = score.Top1, ["top-5"] = score.Top5, ["L0"] = score.L0 }, []);
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var (_, set) in _sets)
        {
            set.Dispose();
        }
    }
}
