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
        Relations = RelationsOf(evaluation, result);
        Others = OthersOf(pictures, matcher, Relations, seed);
        Examination = new Examination(model, evaluation.WordNetFolder(result) is { } folder ? KnownWords.Load(folder, Labels(pictures)) : null, evaluation.Grounding(result, model), report);
    }

    /// <summary>The wider words of the folder that the options name; null without one.</summary>
    public static IWordRelations? RelationsOf(ModelEvaluation evaluation, ParseResult result) =>
        evaluation.WordNetFolder(result) is { } folder ? new WordNetRelations(WordNet.Load(folder)) : null;

    /// <summary>Labels of the set that a picture does not show.</summary>
    public static OtherLabels OthersOf(IReadOnlyList<QuestionedPicture> pictures, SubjectMatcher matcher, IWordRelations? relations, int seed) => new(Labels(pictures), matcher, relations, seed);

    private static string[] Labels(IReadOnlyList<QuestionedPicture> pictures) => [.. pictures.Select(picture => picture.Label).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];

    /// <summary>Other and wider words; null without WordNet.</summary>
    public IWordRelations? Relations { get; }

    /// <summary>Labels that pictures do not show.</summary>
    public OtherLabels Others { get; }

    /// <summary>Asks and counts.</summary>
    public Examination Examination { get; }
}
