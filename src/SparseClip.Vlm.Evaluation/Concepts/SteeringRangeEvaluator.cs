using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>How far answers follow concepts: each is set to rising levels in pictures that do not show it, and taken out of pictures that do. Not thread-safe.</summary>
/// <param name="model">A model with concepts.</param>
/// <param name="matcher">Decides whether an answer names a concept.</param>
/// <param name="others">A few pictures of many kinds, in which concepts are set.</param>
/// <param name="count">In how many of them each concept is set, 1 or more.</param>
public sealed class SteeringRangeEvaluator(IVisionLanguageModel model, SubjectMatcher matcher, IReadOnlyList<SeenPicture> others, int count)
{
    /// <summary>A concept that is less likely is not in a picture.</summary>
    private const float Absent = 0.01f;

    private readonly SubjectQuestion _question = new(model, Grounding.Words, EverydayEvaluator.Question);
    private readonly Dictionary<string, string> _unedited = new(StringComparer.Ordinal);

    /// <summary>Tries a concept.</summary>
    /// <param name="number">Its number: by it the pictures are chosen, in turn.</param>
    /// <param name="concept">The concept, which has usual levels.</param>
    /// <param name="showing">Pictures that show it; may be none.</param>
    /// <param name="cancellationToken">Stops within the answer at hand.</param>
    /// <returns>What came of it; null where every picture at hand shows it.</returns>
    public async Task<ConceptSteering?> TryAsync(int number, Concept concept, IReadOnlyList<SeenPicture> showing, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(concept);
        ArgumentNullException.ThrowIfNull(showing);
        var (shown, gone) = (0, 0);
        foreach (var picture in showing)
        {
            if (Names(await UneditedAsync(picture, cancellationToken).ConfigureAwait(false), concept))
            {
                shown++;
                gone += Names((await AskAsync(picture, concept, SteeringOperation.Ablate, null, cancellationToken).ConfigureAwait(false)).Text, concept) ? 0 : 1;
            }
        }

        SeenPicture[] without = [.. Enumerable.Range(0, others.Count).Select(place => others[(number + place) % others.Count]).Where(picture => IsAbsent(concept, picture)).Take(count)];
        var levels = new List<LevelTrial>();
        foreach (var level in without.Length > 0 ? ConceptSteering.TriedLevels : [])
        {
            var (moved, reached, corrupted) = (0, 0, 0);
            foreach (var picture in without)
            {
                var before = await UneditedAsync(picture, cancellationToken).ConfigureAwait(false);
                var answer = await AskAsync(picture, concept, SteeringOperation.Set, level, cancellationToken).ConfigureAwait(false);
                moved += answer.Text != before ? 1 : 0;
                reached += Names(answer.Text, concept) ? 1 : 0;
                corrupted += answer.IsCorrupted ? 1 : 0;
            }

            levels.Add(new LevelTrial(level, without.Length, moved, reached, corrupted));
        }

        return levels.Count > 0 ? new ConceptSteering(shown, gone, levels) : null;
    }

    private bool Names(string answer, Concept concept) => concept.Synonyms.Prepend(concept.Word).Any(word => matcher.Names(answer, word));

    private bool IsAbsent(Concept concept, SeenPicture picture) => model.Concepts is { } table && table.In(concept, picture.Code.Pooled).Probability < Absent;

    private async Task<string> UneditedAsync(SeenPicture picture, CancellationToken cancellationToken)
    {
        if (!_unedited.TryGetValue(picture.Id, out var text))
        {
            _unedited[picture.Id] = text = (await _question.AskAsync(picture, SteeringPlan.Empty, cancellationToken).ConfigureAwait(false)).Text;
        }

        return text;
    }

    /// <summary>Asks about an edited picture; nothing is clamped, so that the level is what is tried.</summary>
    private async Task<SubjectAnswer> AskAsync(SeenPicture picture, Concept concept, SteeringOperation operation, float? level, CancellationToken cancellationToken)
    {
        var plan = await model.Features.ResolveAsync([new SteeringRequest(null, concept.Word, operation, level)], clamp: false, picture.Code.Pooled, cancellationToken).ConfigureAwait(false);
        return await _question.AskAsync(picture, plan, cancellationToken).ConfigureAwait(false);
    }
}
