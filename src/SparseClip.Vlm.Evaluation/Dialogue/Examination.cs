using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation.Dialogue;

/// <summary>Asks questions whose right answers are known, and the same ones about a grey picture; counts by kind.</summary>
/// <param name="model">The model.</param>
/// <param name="words">Tells invented words; null for nobody.</param>
/// <param name="grounding">Whether the model also reads words.</param>
/// <param name="report">Gets every answer as it comes; null for nobody.</param>
public sealed class Examination(IVisionLanguageModel model, KnownWords? words, Grounding grounding, Action<ExaminedAnswer>? report)
{
    private readonly DialogueAsker _asker = new(model, grounding);
    private readonly List<ExaminedAnswer> _answers = [];
    private readonly Dictionary<string, SubjectAnswer> _blindAnswers = new(StringComparer.Ordinal); // greedy, so the same turns have the same answer
    private SeenPicture? _blind;
    private long _words;
    private long _invented;

    /// <summary>Asks a question.</summary>
    /// <param name="kind">Under which it is counted.</param>
    /// <param name="picture">The picture's name.</param>
    /// <param name="seen">The picture.</param>
    /// <param name="plan">Edits of its code.</param>
    /// <param name="turns">The dialogue; a question at the end.</param>
    /// <param name="isRight">Judges an answer.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <returns>The answer to the picture.</returns>
    public async Task<ExaminedAnswer> AskAsync(
        string kind, string picture, SeenPicture seen, SteeringPlan plan, IReadOnlyList<string> turns, Func<string, bool> isRight, CancellationToken cancellationToken)
    {
        _blind ??= (await model.LookAsync(DrawnPicture.Blind(), cancellationToken).ConfigureAwait(false)).Seen;
        var answer = await _asker.AskAsync(seen, plan, turns, cancellationToken).ConfigureAwait(false);
        var asked = string.Join('\n', turns);
        if (!_blindAnswers.TryGetValue(asked, out var blind))
        {
            _blindAnswers[asked] = blind = await _asker.AskAsync(_blind, SteeringPlan.Empty, turns, cancellationToken).ConfigureAwait(false);
        }

        string[] invented = words is null ? [] : [.. words.Invented(answer.Text, turns)];
        _words += AnswerJudge.Words(answer.Text).Count();
        _invented += invented.Length;
        var examined = new ExaminedAnswer(kind, picture, turns[^1], answer.Text, isRight(answer.Text), blind.Text, isRight(blind.Text), answer.IsCorrupted, invented);
        _answers.Add(examined);
        report?.Invoke(examined);
        return examined;
    }

    /// <summary>What came of it.</summary>
    public ExaminationScore Score() => new(
        [.. _answers.GroupBy(answer => answer.Kind).Select(kind => new KindScore(kind.Key, kind.Average(one => one.IsRight ? 1 : 0.0), kind.Average(one => one.IsBlindRight ? 1 : 0.0), kind.Count()))],
        _words == 0 ? 0 : (double)_invented / _words,
        _answers.Count == 0 ? 0 : _answers.Average(answer => answer.IsCorrupted ? 1 : 0.0));
}

/// <summary>An answer that was judged.</summary>
/// <param name="Kind">The kind of question.</param>
/// <param name="Picture">The picture's name.</param>
/// <param name="Question">The last question.</param>
/// <param name="Answer">The answer.</param>
/// <param name="IsRight">Whether it is right.</param>
/// <param name="Blind">The answer to a grey picture.</param>
/// <param name="IsBlindRight">Whether that would be right as well.</param>
/// <param name="IsCorrupted">See <see cref="AnswerCorruption"/>.</param>
/// <param name="Invented">Words of the answer that are no words.</param>
public sealed record ExaminedAnswer(
    string Kind, string Picture, string Question, string Answer, bool IsRight, string Blind, bool IsBlindRight, bool IsCorrupted, IReadOnlyList<string> Invented);

/// <summary>What came of an examination.</summary>
/// <param name="Kinds">By kind, in the order in which they came first.</param>
/// <param name="Invented">The share of the answers' words that are no words, 0..1.</param>
/// <param name="Corrupted">The share of corrupted answers, 0..1.</param>
public sealed record ExaminationScore(IReadOnlyList<KindScore> Kinds, double Invented, double Corrupted)
{
    /// <summary>The share of right answers of some kinds, each kind counting alike; 0 where there are none.</summary>
    public double Balanced(params string[] kinds) => Mean(kinds, kind => kind.Right);

    /// <summary>The same of the answers to a grey picture.</summary>
    public double BlindBalanced(params string[] kinds) => Mean(kinds, kind => kind.Blind);

    private double Mean(string[] kinds, Func<KindScore, double> value) => Kinds.Where(kind => kinds.Contains(kind.Kind)).Select(value).DefaultIfEmpty(0).Average();
}

/// <summary>How one kind of question is answered.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Right">The share of right answers, 0..1.</param>
/// <param name="Blind">The share that a grey picture's answers would have, 0..1.</param>
/// <param name="Answers">How many.</param>
public sealed record KindScore(string Kind, double Right, double Blind, int Answers);
