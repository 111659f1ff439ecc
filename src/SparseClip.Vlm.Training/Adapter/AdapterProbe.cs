using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Adapter;
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
    private readonly List<(string Name, IReadOnlyList<string> Labels, Tensor Codes)> _sets;
    private readonly SubjectMatcher _matcher;

    private AdapterProbe(List<(string Name, IReadOnlyList<string> Labels, Tensor Codes)> sets, SubjectMatcher matcher) => (_sets, _matcher) = (sets, matcher);

    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="parts">The tower.</param>
    /// <param name="leftOut">The icon families that are not trained on.</param>
    /// <param name="matcher">Decides whether an answer names a label.</param>
    /// <param name="count">Pictures a set.</param>
    public static AdapterProbe Open(string data, AdapterParts parts, IReadOnlyList<string> leftOut, SubjectMatcher matcher, int count = 40)
    {
        ArgumentNullException.ThrowIfNull(parts);
        var sets = new List<(string, IReadOnlyList<string>, Tensor)>();
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
                    sets.Add((name, [.. batch.Pictures.Select(picture => Noun.Normalize(picture.Label))], parts.Images.PooledAndPatches(pixels).DetachFromDisposeScope()));
                }
            }
            catch (ShardException) when (Directory.Exists(data))
            {
                // A data folder built from some of the sources has no such pictures: there is nothing to ask about.
            }
        }
    }

    /// <summary>Asks about every set.</summary>
    public IEnumerable<AdapterProbeResult> Measure(
        AdapterModel adapter, AdapterTask task, AdapterParts parts, DialogueEncoder dialogues, CodeEdits edits, long step) =>
        _sets.Select(set => Measure(set.Name, set.Labels, set.Codes, adapter, task, parts, dialogues.Question(SubjectQuestion.Text), edits, step));

    /// <inheritdoc />
    public void Dispose() => _sets.ForEach(set => set.Codes.Dispose());

    private AdapterProbeResult Measure(
        string name, IReadOnlyList<string> labels, Tensor codes, AdapterModel adapter, AdapterTask task, AdapterParts parts,
        IReadOnlyList<int> question, CodeEdits edits, long step)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var others = labels.Select((label, i) => Other(label, labels, i)).ToList();
        var plain = Answers(codes);
        var edited = codes.clone().ToHost();
        for (var i = 0; i < labels.Count; i++)
        {
            using var one = edited[i];
            edits.Exchange(System.Runtime.InteropServices.MemoryMarshal.Cast<byte, float>(one.bytes), labels[i], others[i], Features, Strength);
        }

        var steered = Answers(edited.ToDevice());
        return new AdapterProbeResult(
            step, name,
            Share(i => _matcher.Names(plain[i], labels[i])),
            Share(i => !_matcher.Names(steered[i], labels[i])),
            Share(i => _matcher.Names(steered[i], others[i])),
            [.. Enumerable.Range(0, Math.Min(4, labels.Count)).Select(i => new ProbedAnswer(labels[i], plain[i], others[i], steered[i]))]);

        List<string> Answers(Tensor of) =>
            [.. task.Answer(adapter.forward(of), question, MostTokens, parts.Tokenizer.EndOfTurn).Select(ids => parts.Tokenizer.Decode(ids).Trim())];
        double Share(Func<int, bool> holds) => Enumerable.Range(0, labels.Count).Count(holds) / (double)labels.Count;
    }

    /// <summary>A label of the set that is another thing, the same in every measurement.</summary>
    private string Other(string label, IReadOnlyList<string> labels, int at) => Enumerable.Range(1, labels.Count)
        .Select(step => labels[(at + (step * 7)) % labels.Count])
        .FirstOrDefault(other => !_matcher.AreSame(other, label), label);
}
