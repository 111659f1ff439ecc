using SparseClip.Vlm.Contracts.Concepts;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Server.Features;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Concepts;

/// <summary>From the table of concepts to the records that are sent.</summary>
internal static class ConceptLookup
{
    /// <summary>Concepts that an answer lists when nothing else is asked for.</summary>
    public const int DefaultCount = 20;

    private const int MostCount = 500;

    /// <exception cref="RefusedException">400: it is no number of concepts to list.</exception>
    public static void CheckCount(int count)
    {
        if (count is < 1 or > MostCount)
        {
            throw new RefusedException(400, "bad_request", $"count is {count}; give 1 to {MostCount}.", "count");
        }
    }

    /// <summary>The table of a model.</summary>
    /// <exception cref="RefusedException">404: the model has none.</exception>
    public static ConceptTable RequireConcepts(this IVisionLanguageModel model) => model.Concepts
        ?? throw new RefusedException(404, "no_concepts", "This model has no table of concepts; ask for its features, or serve a bundle that was packed with --concept-table.", "concept");

    /// <summary>The concept that a word means; of a word outside the table one that is made of its text code.</summary>
    /// <param name="model">The model; it has concepts.</param>
    /// <param name="word">The word.</param>
    /// <param name="refused">Concepts that were taught and that the model cannot use.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="RefusedException">404: as of <see cref="Require"/>, and the word means nothing to the model.</exception>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public static async Task<Concept> RequireConceptAsync(this IVisionLanguageModel model, string word, IReadOnlyList<RefusedConcept> refused, CancellationToken cancellationToken)
    {
        var table = model.RequireConcepts();
        var isMade = word.Length <= SteeringRules.LongestName && !string.IsNullOrWhiteSpace(word) && Unused(refused, word) is null;
        return isMade && await model.ConceptAsync(word, cancellationToken) is { } concept ? concept : table.Require(word, refused);
    }

    /// <summary>The concept of the table that a word means.</summary>
    /// <param name="table">The concepts.</param>
    /// <param name="word">The word.</param>
    /// <param name="refused">Concepts that were taught and that the model cannot use.</param>
    /// <exception cref="RefusedException">404: there is none; the message names some that are like it, or says why one that was taught is not used.</exception>
    public static Concept Require(this ConceptTable table, string word, IReadOnlyList<RefusedConcept> refused)
    {
        if (table.Find(word) is { } found)
        {
            return found;
        }

        if (Unused(refused, word) is { } unused)
        {
            throw new RefusedException(404, "unknown_concept", unused.Reason, "concept");
        }

        var like = table.Search(word, 3).Select(concept => $"'{concept.Word}'").ToList();
        throw new RefusedException(404, "unknown_concept", $"There is no concept '{(word.Length > 64 ? word[..64] + "…" : word)}'{(like.Count > 0 ? $"; did you mean {string.Join(", ", like)}?" : ".")}", "concept");
    }

    private static RefusedConcept? Unused(IReadOnlyList<RefusedConcept> refused, string word) => refused.FirstOrDefault(other => other.Concept.Word == ConceptWords.Of(word));

    /// <summary>What a picture shows.</summary>
    /// <param name="model">The model; it has concepts.</param>
    /// <param name="code">The picture's pooled code, edited or not.</param>
    /// <param name="count">The most to give.</param>
    /// <param name="least">The least probability; null for what is listed when nothing else is asked for.</param>
    public static IReadOnlyList<ImageConcept> ConceptsOf(this IVisionLanguageModel model, SparseCode code, int count, float? least = null)
    {
        var table = model.RequireConcepts();
        var shown = least is { } probability ? table.Shown(code, count, probability) : table.Listed(code, count);
        return [.. shown.Select(active => new ImageConcept(
            active.Concept.Word, active.Probability, active.Concept.IsVerified, active.Concept.Wider,
            [.. table.Parts(active.Concept, code).Select(part => new ConceptFeature(part.Feature, model.Features.All[part.Feature].Name, part.Score))]))];
    }

    public static ConceptSummary ToSummary(this Concept concept) => new(concept.Word, concept.IsVerified, concept.Evidence?.Auroc, concept.Teaching is not null, ToDto(concept.Teaching))
    {
        Feature = Carriers.OfConcept(concept)[0].Feature,
        HasUsual = concept.Usual is not null,
        SafeMaximum = concept.Steering?.SafeMaximum,
        Badge = concept.Steering?.Badge.Name(),
    };

    public static ConceptDetail ToDetail(this Concept concept, IFeatureIndex features, ExemplarFile? exemplars) => new(
        concept.Word, concept.Synonyms, concept.Wider, concept.IsVerified,
        concept.Evidence is { } evidence ? new ConceptEvidenceDto(evidence.Auroc, evidence.Pictures, evidence.Others) : null, concept.Prior,
        [.. Enumerable.Range(0, concept.Weights.L0).Select(i => new ConceptFeature(concept.Weights.Indices[i], features.All[concept.Weights.Indices[i]].Name, concept.Weights.Values[i]))
            .OrderByDescending(feature => feature.Weight)],
        concept.Teaching is not null, ToDto(concept.Teaching))
    {
        Usual = concept.Usual is { } usual ? [.. Enumerable.Range(0, usual.L0).Select(i => InMaxima(features.All[usual.Indices[i]], usual.Values[i])).OrderByDescending(level => level.Value)] : [],
        Steering = concept.Steering is { } tried
            ? new ConceptSteeringDto(
                tried.Badge.Name(), tried.SafeMaximum, tried.Shown, tried.Gone, [.. tried.Levels.Select(trial => new LevelTrialDto(trial.Level, trial.Asked, trial.Moved, trial.Reached, trial.Corrupted))])
            : null,
        Exemplars = exemplars.ToDtos(file => file.OfConcept(concept.Word)),
    };

    private static UsualValue InMaxima(Feature feature, float value) => new(feature.Id.Value, feature.Maximum > 0 ? value / feature.Maximum : 0);

    private static string Name(this SteeringBadge badge) => badge.ToString().ToLowerInvariant();

    private static TeachingDto? ToDto(Teaching? teaching) => teaching is null ? null : new TeachingDto(teaching.Pictures, teaching.When, teaching.Tower);
}
