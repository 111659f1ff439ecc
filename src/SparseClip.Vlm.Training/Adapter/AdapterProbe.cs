using System.Runtime.InteropServices;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// Asks for the main subject of a few pictures that are not trained on, plainly and with edited codes, during training: held-out photographs and a style
/// that recipes may be chosen by. The codes are computed once.
/// </summary>
public sealed class AdapterProbe : IDisposable
{
    private const int MostTokens = 14;
    private const int Features = 16;
    private const float Strength = 1.5f;
    private const int Shown = 4;
    private readonly List<ProbedSet> _sets;
    private readonly SubjectMatcher _matcher;

    private AdapterProbe(List<ProbedSet> sets, SubjectMatcher matcher) => (_sets, _matcher) = (sets, matcher);

    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="parts">The tower.</param>
    /// <param name="leftOut">The icon families that are not trained on.</param>
    /// <param name="matcher">Decides whether an answer names a label.</param>
    /// <param name="count">Pictures a set.</param>
    public static AdapterProbe Open(string data, AdapterParts parts, IReadOnlyList<string> leftOut, SubjectMatcher matcher, int count = 40)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var sets = new List<ProbedSet>();
        Add("held-out photographs", PhotographSplit.IsForChoosing);
        Add($"left-out style ({string.Join(", ", leftOut)})", entry => entry.Concrete == true && leftOut.Contains(entry.Artist));
        return new AdapterProbe(sets, matcher);

        void Add(string name, Func<CatalogueEntry, bool> belongs)
        {
            try
            {
                using var set = LabelledSet.Open(data, count, picture => picture.Entry is { } entry && belongs(entry));
                foreach (var batch in new EvaluationLoader(set, parts.Images.InputSize).Batches(count).Take(1))
                {
                    using var pixels = tensor(batch.Pixels, [batch.Count, parts.Images.InputSize, parts.Images.InputSize, 3]);
                    sets.Add(new ProbedSet(name, [.. batch.Pictures.Select(picture => Noun.Normalize(picture.Label))], parts.Images.PooledAndPatches(pixels).DetachFromDisposeScope()));
                }
            }
            catch (ShardException) when (Directory.Exists(data))
            {
                // A data folder built from some of the sources has no such pictures: there is nothing to ask about.
            }
        }
    }

    /// <summary>Asks about every set: the share of answers that name the label; that no longer name it when its features are taken out and another label's raised; and that name the other one.</summary>
    /// <param name="task">The adapter as it is.</param>
    /// <param name="step">The step that it is at.</param>
    public IEnumerable<Measurement> Measure(AdapterTask task, long step)
    {
        ArgumentNullException.ThrowIfNull(task);
        return _sets.Select(set => Measure(set, task, step));
    }

    /// <inheritdoc />
    public void Dispose() => _sets.ForEach(set => set.Codes.Dispose());

    private Measurement Measure(ProbedSet set, AdapterTask task, long step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var labels = set.Labels;
        var others = labels.Select((label, i) => Other(label, labels, i)).ToList();
        var plain = Answers(set.Codes);
        var steered = Answers(Edited(set.Codes, labels, others, task.Edits).ToDevice());
        var values = new Dictionary<string, double>
        {
            ["answers right"] = Share(i => _matcher.Names(plain[i], labels[i])),
            ["steered: suppressed"] = Share(i => !_matcher.Names(steered[i], labels[i])),
            ["steered: reached"] = Share(i => _matcher.Names(steered[i], others[i])),
        };
        return new Measurement(
            step, set.Name, values,
            [.. Enumerable.Range(0, Math.Min(Shown, labels.Count)).Select(i => $"{labels[i]}: \"{plain[i]}\"  steered to {others[i]}: \"{steered[i]}\"")]);

        IReadOnlyList<string> Answers(Tensor codes) => task.Answer(codes, SubjectQuestion.Text, MostTokens);
        double Share(Func<int, bool> holds) => Enumerable.Range(0, labels.Count).Count(holds) / (double)labels.Count;
    }

    /// <summary>Each picture's label exchanged for the other one. [B, 1 + patches, D], in the host's memory</summary>
    private static Tensor Edited(Tensor codes, IReadOnlyList<string> labels, List<string> others, CodeEdits edits)
    {
        var edited = codes.clone().ToHost();
        for (var i = 0; i < labels.Count; i++)
        {
            using var one = edited[i];
            edits.Exchange(MemoryMarshal.Cast<byte, float>(one.bytes), labels[i], others[i], Features, Strength);
        }

        return edited;
    }

    /// <summary>A label of the set that is another thing, the same in every measurement.</summary>
    private string Other(string label, IReadOnlyList<string> labels, int at) => Enumerable.Range(1, labels.Count)
        .Select(step => labels[(at + (step * 7)) % labels.Count])
        .FirstOrDefault(other => !_matcher.AreSame(other, label), label);

    /// <param name="Name">Which pictures.</param>
    /// <param name="Labels">[B]</param>
    /// <param name="Codes">[B, 1 + patches, D]</param>
    private sealed record ProbedSet(string Name, IReadOnlyList<string> Labels, Tensor Codes);
}
