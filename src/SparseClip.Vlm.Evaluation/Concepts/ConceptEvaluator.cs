using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Data.Captions;
using SparseClip.Vlm.Data.Loading;
using SparseClip.Vlm.Data.Shards;
using SparseClip.Vlm.Modeling.Towers;

namespace SparseClip.Vlm.Evaluation.Concepts;

/// <summary>Measures what concepts are listed of labelled pictures, by the label and what WordNet says of it.</summary>
/// <param name="table">The concepts.</param>
/// <param name="relations">Other and wider words; null for none.</param>
public sealed class ConceptEvaluator(ConceptTable table, IWordRelations? relations)
{
    private const int BatchPictures = 32;
    private const int Rows = 5;

    /// <summary>Lists the concepts of every picture of a set.</summary>
    /// <param name="encoder">The tower.</param>
    /// <param name="set">Labelled pictures.</param>
    /// <param name="report">Gets what is listed of each picture; null for nobody.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public ConceptScore Evaluate(SparseImageEncoder encoder, LabelledSet set, Action<ConceptRows>? report, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(encoder);
        ArgumentNullException.ThrowIfNull(set);
        int pictures = 0, first = 0, same = 0, listed = 0, right = 0;
        double squares = 0, probabilities = 0;
        foreach (var batch in new EvaluationLoader(set, encoder.InputSize).Batches(BatchPictures, cancellationToken))
        {
            foreach (var (picture, code) in batch.Pictures.Zip(encoder.EncodePooled(batch.Pixels, batch.Count)))
            {
                var label = Noun.Normalize(picture.Label);
                var rows = table.Listed(code, Rows + ColourNames.All.Count).Where(row => !ColourNames.All.Contains(row.Concept.Word)).Take(Rows).ToList();
                var fits = rows.ConvertAll(row => Fit(row.Concept, label));
                pictures++;
                first += fits is [<= 1, ..] ? 1 : 0;
                same += fits is [0, ..] ? 1 : 0;
                listed += rows.Count;
                right += fits.Count(fit => fit < int.MaxValue);
                squares += rows.Zip(fits, (row, fit) => Math.Pow(row.Probability - (fit < int.MaxValue ? 1 : 0), 2)).Sum();
                probabilities += rows.Sum(row => row.Probability);
                report?.Invoke(new ConceptRows(picture.Name, label, [.. rows.Select(row => new ConceptRow(row.Concept.Word, row.Probability))]));
            }
        }

        var all = Math.Max(1.0, listed);
        return new ConceptScore(first / (double)pictures, same / (double)pictures, right / all, listed / (double)pictures, squares / all, probabilities / all, pictures);
    }

    /// <summary>0 for the label itself, 1 for what it is directly a kind of, more for wider kinds; the largest number for what is not true of it.</summary>
    private int Fit(Concept concept, string label)
    {
        string[] names = [concept.Word, .. concept.Synonyms];
        string[] same = [label, .. relations?.SynonymsOf(label) ?? []];
        if (names.Intersect(same.SelectMany(name => new[] { name, Noun.Singular(name) }), StringComparer.Ordinal).Any())
        {
            return 0;
        }

        var at = relations.KindsOf(label).Index().Where(word => names.Contains(word.Item)).Select(word => word.Index).DefaultIfEmpty(-1).First();
        return at < 0 ? int.MaxValue : at < Direct ? 1 : 2;
    }

    /// <summary>Of the meaning directly above there are up to two words.</summary>
    private const int Direct = 2;
}

/// <summary>What is listed of a picture.</summary>
/// <param name="Name">The picture.</param>
/// <param name="Label">What it shows.</param>
/// <param name="Rows">The concepts, first to last.</param>
public sealed record ConceptRows(string Name, string Label, IReadOnlyList<ConceptRow> Rows);

/// <summary>A row of the list.</summary>
/// <param name="Word">The concept.</param>
/// <param name="Probability">0..1</param>
public sealed record ConceptRow(string Word, float Probability);
