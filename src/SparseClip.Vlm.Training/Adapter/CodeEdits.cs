using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Questions;
using SparseClip.Vlm.Data.Randomness;
using SparseClip.Vlm.Data.Scenes;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// Edits codes of a training batch and the dialogues with them, so that the adapter learns that an answer follows the features and not what else the
/// picture has (the steering of Sparse CLIP, section 4). Keeps each feature's largest pooled value, the unit of strengths.
/// </summary>
public sealed class CodeEdits
{
    private const int EditedTurns = 2;
    private readonly ConceptCodes _concepts;
    private readonly QuestionGenerator _questions;
    private readonly IReadOnlyList<string> _labels;
    private readonly AdapterEditOptions _options;
    private readonly float[] _maximum;

    /// <param name="concepts">The vocabulary.</param>
    /// <param name="questions">Writes the dialogues of edited pictures.</param>
    /// <param name="labels">The labels of training pictures; all in the vocabulary.</param>
    /// <param name="options">How much is edited.</param>
    public CodeEdits(ConceptCodes concepts, QuestionGenerator questions, IReadOnlyList<string> labels, AdapterEditOptions options)
    {
        ArgumentNullException.ThrowIfNull(concepts);
        (_concepts, _questions, _labels, _options) = (concepts, questions, labels, options);
        _maximum = new float[concepts.Codes[0].Dimension];
    }

    /// <summary>The largest pooled value of each feature so far. [D]</summary>
    public ReadOnlySpan<float> Maximum => _maximum;

    /// <summary>Takes note of a pooled code, or of the largest values of several. [D]</summary>
    public void Observe(ReadOnlySpan<float> pooled) => System.Numerics.Tensors.TensorPrimitives.Max(pooled, _maximum, _maximum);

    /// <summary>Perhaps edits a picture's codes.</summary>
    /// <param name="codes">[slots, D]; edited in place.</param>
    /// <param name="sample">The picture's dialogue.</param>
    /// <param name="random">Source of every choice.</param>
    /// <returns>The dialogue that is true of the codes: <paramref name="sample"/> itself where nothing was edited.</returns>
    public DialogueSample Apply(Span<float> codes, DialogueSample sample, SeededRandom random)
    {
        ArgumentNullException.ThrowIfNull(sample);
        ArgumentNullException.ThrowIfNull(random);
        if (!random.Chance(_options.Share))
        {
            return sample;
        }

        var count = 1 << random.Next(1 + (int)Math.Log2(_options.MostFeatures));
        return sample.Labels.Count switch
        {
            1 => Exchange(codes, sample, count, random),
            2 => RemoveOne(codes, sample, count, random),
            _ => sample,
        };
    }

    /// <summary>Takes a label's features out and raises another word's.</summary>
    public void Exchange(Span<float> codes, string label, string other, int count, float strength)
    {
        Remove(codes, label, count);
        Raise(codes, other, count, strength);
    }

    /// <summary>Raises a word's features to a strength, in units of their largest values seen; nothing where none of them was seen.</summary>
    public void Raise(Span<float> codes, string other, int count, float strength)
    {
        foreach (var feature in _concepts.OfWord(other, count, IsAlive))
        {
            CodeEditor.Apply(codes, _maximum.Length, feature, SteeringOperation.Set, strength, _maximum[feature]);
        }
    }

    private DialogueSample Exchange(Span<float> codes, DialogueSample sample, int count, SeededRandom random)
    {
        var other = random.Pick(random.Chance(_options.VocabularyShare) ? _concepts.Words : _labels);
        if (SharesAWord(other, sample.Labels[0]) || _concepts.OfWord(other, 1, IsAlive).Count == 0)
        {
            return sample;
        }

        Exchange(codes, sample.Labels[0], other, count, random.Range((float)_options.LeastStrength, (float)_options.MostStrength));
        return Retold(sample, other, random);
    }

    /// <summary>Of two things one goes; the other one is left.</summary>
    private DialogueSample RemoveOne(Span<float> codes, DialogueSample sample, int count, SeededRandom random)
    {
        var gone = random.Next(2);
        Remove(codes, sample.Labels[gone], Math.Max(count, 4));
        return sample.Truth?.Count(sample.Labels[1 - gone]) == 1 ? Retold(sample, sample.Labels[1 - gone], random) : sample;
    }

    /// <summary>Takes a label's features out: those that its word activates, and those that carry it in the picture.</summary>
    public void Remove(Span<float> codes, string label, int count)
    {
        var dimension = _maximum.Length;
        foreach (var feature in _concepts.InPicture(label, codes[..dimension], count).Concat(_concepts.OfWord(label, count, IsAlive)))
        {
            CodeEditor.Apply(codes, dimension, feature, SteeringOperation.Ablate);
        }
    }

    private DialogueSample Retold(DialogueSample sample, string label, SeededRandom random) => sample with
    {
        Labels = [label],
        Truth = null,
        Turns = _questions.About(new Thing(label, [], sample.Kind == ClipItemKind.Photo ? ClipItemKind.Photo : ClipItemKind.Icon, null), EditedTurns, random),
    };

    private bool IsAlive(int feature) => _maximum[feature] > 0;

    private static bool SharesAWord(string a, string b) => a.Split(' ', '-').Intersect(b.Split(' ', '-')).Any();
}
