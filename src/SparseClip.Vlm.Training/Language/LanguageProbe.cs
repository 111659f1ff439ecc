using System.Runtime.InteropServices;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Wording;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Data.Splits;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Dialogue;
using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Runs;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Language;

/// <summary>
/// Talks about a few pictures that are not trained on, as they are and edited, during training: held-out photographs and a style that recipes may be chosen by, and scenes of two
/// things that no training scene has together. The codes are computed once.
/// </summary>
public sealed class LanguageProbe
{
    private const int MostTokens = 32;
    private const int Features = 16;
    private const float Strength = 1.5f;
    private const int Shown = 3;
    private readonly List<ProbedSet> _sets = [];
    private readonly List<(float[] Rows, IReadOnlyList<string> Labels)> _scenes = [];
    private readonly SubjectMatcher _matcher;
    private readonly IWordRelations? _relations;
    private readonly PictureWords _words;
    private readonly int _dimension;

    private LanguageProbe(LanguageParts parts, SubjectMatcher matcher, IWordRelations? relations)
    {
        (_matcher, _relations, _dimension) = (matcher, relations, parts.Parts.Images.Dimension);
        _words = new PictureWords(new ConceptIndex(parts.Concepts), isList: true, parts.Parts.Images.Attributes);
    }

    /// <param name="data">The folder that <c>data build</c> wrote.</param>
    /// <param name="index">The same, opened.</param>
    /// <param name="parts">The frozen parts.</param>
    /// <param name="leftOut">The icon families that are not trained on.</param>
    /// <param name="matcher">Decides whether an answer names a label.</param>
    /// <param name="relations">Other and wider words; null for none.</param>
    /// <param name="count">Pictures a set.</param>
    public static LanguageProbe Open(
        string data, ShardIndex index, LanguageParts parts, IReadOnlyList<string> leftOut, SubjectMatcher matcher, IWordRelations? relations, int count = 24)
    {
        ArgumentNullException.ThrowIfNull(parts);
        ArgumentNullException.ThrowIfNull(index);
        var probe = new LanguageProbe(parts, matcher, relations);
        var images = parts.Parts.Images;
        Add("held-out photographs", PhotographSplit.IsForChoosing);
        Add($"left-out style ({string.Join(", ", leftOut)})", entry => entry.Concrete == true && leftOut.Contains(entry.Artist));
        try
        {
            string[] labels = [.. index.Items.Where(item => item.IsIcon && item.Entry.Concrete == true).Select(item => Noun.Normalize(item.Entry.Label)).Distinct(StringComparer.Ordinal)];
            var scenes = new DrawnScenes(index, labels, images.InputSize, null, leftOut);
            var picture = new byte[images.InputSize * images.InputSize * 3];
            for (var i = 0; i < count; i++)
            {
                var truth = scenes.DrawTwo(i, picture);
                probe._scenes.Add((Rows(images.PooledAndPatches, picture, 1, images.InputSize)[0], truth.Labels));
            }
        }
        catch (ShardException)
        {
            // A data folder built from some of the sources has no such scenes: there is nothing to ask about.
        }

        return probe;

        void Add(string name, Func<CatalogueEntry, bool> belongs)
        {
            try
            {
                using var set = LabelledSet.Open(data, count, picture => picture.Entry is { } entry && belongs(entry));
                foreach (var batch in new EvaluationLoader(set, images.InputSize).Batches(count).Take(1))
                {
                    probe._sets.Add(new ProbedSet(
                        name, [.. batch.Pictures.Select(picture => Noun.Normalize(picture.Label))], Rows(images.PooledAndPatches, batch.Pixels, batch.Count, images.InputSize)));
                }
            }
            catch (ShardException) when (Directory.Exists(data))
            {
                // As above.
            }
        }
    }

    /// <summary>Talks about every set.</summary>
    /// <param name="task">The language adapter as it is.</param>
    /// <param name="edits">What edits codes.</param>
    /// <param name="step">The step that it is at.</param>
    public IEnumerable<Measurement> Measure(LanguageTask task, CodeEdits edits, long step)
    {
        ArgumentNullException.ThrowIfNull(task);
        ArgumentNullException.ThrowIfNull(edits);
        foreach (var set in _sets)
        {
            yield return Measure(set, task, edits, step);
        }

        if (_scenes.Count > 0)
        {
            yield return MeasureScenes(task, step);
        }
    }

    private Measurement Measure(ProbedSet set, LanguageTask task, CodeEdits edits, long step)
    {
        var (labels, rows) = (set.Labels, set.Rows);
        var siblings = new Siblings(labels, _relations);
        var others = labels.Select((label, i) => Other(label, labels, i)).ToList();
        var near = labels.Select((label, i) => siblings.Draw(label, new SeededRandom(i)) is { } sibling && !_matcher.AreSame(sibling, label) ? sibling : others[i]).ToList();
        var without = Edited((codes, i) => edits.Remove(codes, labels[i], Features));
        var exchanged = Edited((codes, i) => edits.Exchange(codes, labels[i], others[i], Features, Strength));

        var named = Ask(rows, _ => SubjectQuestion.Text);
        var right = Enumerable.Range(0, labels.Count).Where(i => _matcher.Names(named[i], labels[i])).ToHashSet();
        var present = Ask(rows, i => AnswerJudge.PresenceQuestion(labels[i]));
        var absent = Ask(rows, i => AnswerJudge.PresenceQuestion(others[i]));
        var sibling = Ask(rows, i => AnswerJudge.PresenceQuestion(near[i]));
        var gone = Ask(without, i => AnswerJudge.PresenceQuestion(labels[i]));
        var raised = Ask(exchanged, i => AnswerJudge.PresenceQuestion(others[i]));
        var reached = Ask(exchanged, _ => SubjectQuestion.Text);
        var premise = Ask(rows, i => AnswerJudge.PremiseQuestion(others[i], i));
        var trusted = Ask(rows, i => AnswerJudge.PremiseQuestion(labels[i], i));
        var follow = task.Answer([.. rows.Select((row, i) => Open(row, new(Speaker.User, SubjectQuestion.Text), new(Speaker.Assistant, named[i]), new(Speaker.User, "What kind of thing is it?")))], MostTokens);

        var values = new Dictionary<string, double>
        {
            ["named"] = Share(i => right.Contains(i)),
            ["first word"] = Share(i => _words.Of(DenseCode.ToImageCode(rows[i], _dimension)) is [var first, ..] && _matcher.Names(first.Word, labels[i])),
            ["present: yes"] = Share(i => AnswerJudge.SaysYes(present[i])),
            ["present and named: yes"] = right.Count == 0 ? 0 : right.Count(i => AnswerJudge.SaysYes(present[i])) / (double)right.Count,
            ["absent: no"] = Share(i => !AnswerJudge.SaysYes(absent[i])),
            ["sibling: no"] = Share(i => !AnswerJudge.SaysYes(sibling[i])),
            ["taken out: no"] = Share(i => !AnswerJudge.SaysYes(gone[i])),
            ["set: yes"] = Share(i => AnswerJudge.SaysYes(raised[i])),
            ["set: named"] = Share(i => _matcher.Names(reached[i], others[i])),
            ["false premise corrected"] = Share(i => AnswerJudge.Denies(premise[i])),
            ["true premise denied"] = Share(i => trusted[i].Contains($"no {labels[i]}", StringComparison.OrdinalIgnoreCase)),
            ["follow-up is another"] = Share(i => !AnswerJudge.Repeats(follow[i], named[i])),
            ["follow-up names the kind"] = Share(i => _relations?.WiderThan(labels[i]).Any(wider => _matcher.Names(follow[i], wider) || _matcher.Names(follow[i], Noun.HeadWord(wider))) == true),
        };
        return new Measurement(step, set.Name, values,
            [.. Enumerable.Range(0, Math.Min(Shown, labels.Count)).Select(i =>
                $"{labels[i]} [{Said(rows[i])}]: \"{named[i]}\"  {others[i]}? \"{absent[i]}\"  {near[i]}? \"{sibling[i]}\"  taken out [{Said(without[i])}]: \"{gone[i]}\"  premise: \"{premise[i]}\"  kind: \"{follow[i]}\"")]);

        IReadOnlyList<string> Ask(IReadOnlyList<float[]> about, Func<int, string> question) =>
            task.Answer([.. about.Select((row, i) => Open(row, new DialogueTurn(Speaker.User, question(i))))], MostTokens);

        List<float[]> Edited(Action<float[], int> edit) => [.. rows.Select((row, i) =>
        {
            float[] copy = [.. row];
            edit(copy, i);
            return copy;
        })];

        double Share(Func<int, bool> holds) => Enumerable.Range(0, labels.Count).Count(holds) / (double)labels.Count;
    }

    private Measurement MeasureScenes(LanguageTask task, long step)
    {
        var answers = task.Answer([.. _scenes.Select(scene => Open(scene.Rows, new DialogueTurn(Speaker.User, "What is in the picture?")))], MostTokens);
        var values = new Dictionary<string, double>
        {
            ["both named"] = Share((labels, i) => labels.All(label => _matcher.Names(answers[i], label))),
            ["one named"] = Share((labels, i) => labels.Any(label => _matcher.Names(answers[i], label))),
            ["both said"] = Share((labels, i) => labels.All(label => _matcher.Names(Said(_scenes[i].Rows) ?? "", label))),
        };
        return new Measurement(step, "scenes of two", values,
            [.. _scenes.Take(Shown).Select((scene, i) => $"{string.Join(" and ", scene.Labels)} [{Said(scene.Rows)}]: \"{answers[i]}\"")]);

        double Share(Func<IReadOnlyList<string>, int, bool> holds) => _scenes.Where((scene, i) => holds(scene.Labels, i)).Count() / (double)_scenes.Count;
    }

    private OpenDialogue Open(float[] rows, params DialogueTurn[] turns) => new(rows, Said(rows, [.. turns.Where(turn => turn.Speaker == Speaker.User).Select(turn => turn.Text)]), turns);

    private string? Said(float[] rows, params string[] asked) => _words.Say(_words.Of(DenseCode.ToImageCode(rows, _dimension), asked));

    private static List<float[]> Rows(Func<Tensor, Tensor> encode, byte[] pixels, int count, int size)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var codes = encode(tensor(pixels, [count, size, size, 3])).contiguous().ToHost();
        var values = MemoryMarshal.Cast<byte, float>(codes.bytes);
        var rows = new List<float[]>();
        for (var i = 0; i < count; i++)
        {
            rows.Add(values.Slice(i * (values.Length / count), values.Length / count).ToArray());
        }

        return rows;
    }

    /// <summary>A label of the set that is another thing, the same in every measurement.</summary>
    private string Other(string label, IReadOnlyList<string> labels, int at) => Enumerable.Range(1, labels.Count)
        .Select(step => labels[(at + (step * 7)) % labels.Count])
        .FirstOrDefault(other => !_matcher.AreSame(other, label), label);

    /// <param name="Name">Which pictures.</param>
    /// <param name="Labels">[B]</param>
    /// <param name="Rows">[B] of [1 + patches, D]</param>
    private sealed record ProbedSet(string Name, IReadOnlyList<string> Labels, IReadOnlyList<float[]> Rows);
}
