using System.CommandLine;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Evaluation.Dialogue;
using SparseClip.Vlm.Inference.Pipeline;

namespace SparseClip.Vlm.Cli.Evaluation;

/// <summary>What the evaluations that talk have in common: other labels, wider words, and who counts.</summary>
internal sealed class Examiner
{
    /// <param name="evaluation">The options.</param>
    /// <param name="result">Their values.</param>
    /// <param name="model">The model.</param>
    /// <param name="matcher">Decides whether an answer names a label.</param>
    /// <param name="pictures">The set.</param>
    /// <param name="seed">Chooses other labels.</param>
    /// <param name="report">Gets every answer.</param>
    public Examiner(
        ModelEvaluation evaluation, ParseResult result, VisionLanguageModel model, SubjectMatcher matcher, IReadOnlyList<QuestionedPicture> pictures, int seed, Action<ExaminedAnswer> report)
    {
        string[] labels = [.. pictures.Select(picture => picture.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        var folder = evaluation.WordNetFolder(result);
        Relations = folder is null ? null : new WordNetRelations(WordNet.Load(folder));
        Others = new OtherLabels(labels, matcher, Relations, seed);
        Examination = new Examination(model, folder is null ? null : KnownWords.Load(folder, labels), evaluation.Grounding(result, model), report);
    }

    /// <summary>Other and wider words; null without WordNet.</summary>
    public IWordRelations? Relations { get; }

    /// <summary>Labels that pictures do not show.</summary>
    public OtherLabels Others { get; }

    /// <summary>Asks and counts.</summary>
    public Examination Examination { get; }
}
