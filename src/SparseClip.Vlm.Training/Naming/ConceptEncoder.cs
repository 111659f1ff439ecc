using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Data.Lexicon;
using SparseClip.Vlm.Data.Shards;

namespace SparseClip.Vlm.Training.Naming;

/// <summary>Makes the codes of the words that a picture's code is put into at serving (<see cref="ConceptFile"/>).</summary>
public static class ConceptEncoder
{
    /// <summary>The most features kept of a code, the strongest; what is left says little and takes most of the file.</summary>
    private const int MostFeatures = 128;

    private const int BatchWords = 64;

    /// <summary>
    /// The weight of what training pictures are labelled with: those are words that people use, and of two that fit one of them is said. Chosen on the held-out photographs for choosing,
    /// FxEmojis and photographs of classes below 500 together.
    /// </summary>
    private const float WeightOfLabels = 1.15f;

    /// <summary>
    /// The words to encode: what training pictures are labelled with, the classes that the trunk was trained on with the kinds above them, and the colours; each once, sorted, none
    /// unfit to be said first.
    /// </summary>
    /// <param name="catalogue">The records of the data folder.</param>
    /// <param name="classes">What the trunk's classes and the kinds above them are called; empty for none.</param>
    public static IReadOnlyList<WeightedWord> Words(IEnumerable<CatalogueEntry> catalogue, IReadOnlyList<string> classes)
    {
        ArgumentNullException.ThrowIfNull(catalogue);
        ArgumentNullException.ThrowIfNull(classes);
        var labels = catalogue.Where(entry => entry.Split == "train" && (entry.Kind == "photo" || entry.Concrete == true)).Select(entry => Noun.Normalize(entry.Label))
            .ToHashSet(StringComparer.Ordinal);
        return [.. labels.Concat(classes.Concat(ColourNames.All).Select(Noun.Normalize)).Where(word => word.Length > 0 && !IndelicateWords.IsIn(word))
            .Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(word => new WeightedWord(word, labels.Contains(word) ? WeightOfLabels : 1))];
    }

    /// <summary>Encodes words, one after another as they are asked for: the mean of their unit codes in the zero-shot prompts (Radford et al. 2021, section 3.1.4), of length 1.</summary>
    /// <param name="text">The text tower.</param>
    /// <param name="words">The words; those that activate nothing are left out.</param>
    /// <param name="attributes">The features that are colours and numbers, which say of any picture's code how it looks and not what it shows: left out of the codes; null for none.</param>
    /// <param name="progress">Gets the number of words done.</param>
    /// <param name="cancellationToken">Stops between batches.</param>
    public static IEnumerable<ConceptCode> Encode(
        ITextEncoder text, IReadOnlyList<WeightedWord> words, AttributeFeatures? attributes, IProgress<int>? progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(words);
        var prompts = PromptTemplates.ZeroShot.Count;
        var done = 0;
        foreach (var batch in words.Chunk(BatchWords))
        {
            var codes = text.Encode([.. batch.SelectMany(word => PromptTemplates.ForZeroShot(word.Word))], cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                if (Mean([.. codes.Skip(i * prompts).Take(prompts).Select(code => attributes?.Without(code) ?? code)]) is { } code)
                {
                    yield return new ConceptCode(batch[i].Word, code, batch[i].Weight);
                }
            }

            progress?.Report(done += batch.Length);
        }
    }

    /// <summary>The strongest features of the mean of unit codes, of length 1; null where nothing is active.</summary>
    private static SparseCode? Mean(IReadOnlyList<SparseCode> codes)
    {
        var sum = new SortedDictionary<int, float>();
        foreach (var code in codes)
        {
            var norm = code.Norm;
            for (var i = 0; i < code.L0; i++)
            {
                sum[code.Indices[i]] = sum.GetValueOrDefault(code.Indices[i]) + (code.Values[i] / norm);
            }
        }

        var kept = sum.OrderByDescending(entry => entry.Value).Take(MostFeatures).OrderBy(entry => entry.Key).ToArray();
        if (kept.Length == 0)
        {
            return null;
        }

        return SparseCode.FromSorted(codes[0].Dimension, [.. kept.Select(entry => entry.Key)], [.. kept.Select(entry => entry.Value)]).ToUnit();
    }
}

/// <summary>A word that something may be said with.</summary>
/// <param name="Word">In lower case, without an article.</param>
/// <param name="Weight">How readily (<see cref="ConceptCode.Weight"/>).</param>
public readonly record struct WeightedWord(string Word, float Weight);
