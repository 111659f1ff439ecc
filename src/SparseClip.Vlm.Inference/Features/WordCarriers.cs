using BitFaster.Caching.Lru;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>The features that words carry, by the text tower; those of the words asked about lately are kept. Thread-safe.</summary>
/// <param name="text">The text tower.</param>
/// <param name="features">The features of the same tower, by id. [D]</param>
/// <param name="mostWaiting">The most requests that wait for the text tower.</param>
internal sealed class WordCarriers(ITextEncoder text, IReadOnlyList<FeatureRecord> features, int mostWaiting) : IAsyncDisposable
{
    private const int KeptWords = 2048;

    /// <summary>Words that go through the tower between two looks at the cancellation.</summary>
    private const int BatchWords = 16;

    /// <summary>The share of features whose own word activates them less than a clear feature's: a tower has many faint ones.</summary>
    private const double Faint = 0.9;

    private readonly float[] _means = [.. features.Select(record => record.WordMean)];
    private readonly ConcurrentLru<string, Meant> _known = new(KeptWords);
    private readonly Turnstile _turnstile = new(mostWaiting);

    /// <summary>How far the own word of a clear feature lies above the feature's mean, in units of the code: the unit in which words are compared.</summary>
    public float ClearStrength { get; } = Clear([.. features.Where(record => record.Feature.TopWords.Count > 0)
        .Select(record => record.Feature.TopWords[0].Activation - record.WordMean).Order()]);

    /// <summary>The features that a word activates above their mean, strongest first.</summary>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public async Task<IReadOnlyList<Carrier>> OfAsync(string word, CancellationToken cancellationToken) =>
        (await OfAsync([word], cancellationToken).ConfigureAwait(false))[word];

    /// <summary>The same for several words.</summary>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public async Task<IReadOnlyDictionary<string, IReadOnlyList<Carrier>>> OfAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        var found = await AskAsync(words, cancellationToken).ConfigureAwait(false);
        return found.ToDictionary(word => word.Key, word => word.Value.Carriers, StringComparer.Ordinal);
    }

    /// <summary>The text tower's code of a word, as of concepts.</summary>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public async Task<SparseCode> CodeOfAsync(string word, CancellationToken cancellationToken) => (await AskAsync([word], cancellationToken).ConfigureAwait(false))[word].Code;

    /// <summary>The codes of texts as they are, which are not kept.</summary>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) =>
        _turnstile.PassAsync<IReadOnlyList<SparseCode>>(stop => [.. texts.Chunk(BatchWords).SelectMany(batch => text.Encode(batch, stop))], cancellationToken);

    /// <summary>
    /// How much a word means to the tower: the length of what it activates above the means, in units of <see cref="ClearStrength"/>. Letters thrown together
    /// activate little of anything.
    /// </summary>
    public float Meaning(IReadOnlyList<Carrier> carriers) =>
        ClearStrength > 0 ? (float)Math.Sqrt(carriers.Sum(carrier => (double)carrier.Score * carrier.Score)) / ClearStrength : 0f;

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _turnstile.DisposeAsync();

    private static float Clear(float[] strengths) => strengths.Length > 0 ? strengths[(int)Math.Ceiling(Faint * (strengths.Length - 1))] : 0f;

    private async Task<Dictionary<string, Meant>> AskAsync(IEnumerable<string> words, CancellationToken cancellationToken)
    {
        var found = new Dictionary<string, Meant>(StringComparer.Ordinal);
        var missing = Missing(words.Distinct(StringComparer.Ordinal), found);
        if (missing.Count > 0)
        {
            await _turnstile.PassAsync(stop => Encode(missing, found, stop), cancellationToken).ConfigureAwait(false);
        }

        return found;
    }

    private List<string> Missing(IEnumerable<string> words, Dictionary<string, Meant> found)
    {
        var missing = new List<string>();
        foreach (var word in words)
        {
            if (_known.TryGet(word, out var known))
            {
                found[word] = known;
            }
            else
            {
                missing.Add(word);
            }
        }

        return missing;
    }

    private int Encode(List<string> words, Dictionary<string, Meant> found, CancellationToken cancellationToken)
    {
        // Others may have asked for the same word while this request waited.
        var missing = Missing(words, found);
        foreach (var batch in missing.Chunk(BatchWords))
        {
            cancellationToken.ThrowIfCancellationRequested();
            var codes = text.EncodeConcepts(batch, cancellationToken);
            for (var i = 0; i < batch.Length; i++)
            {
                var meant = new Meant(codes[i], Carriers.OfWord(codes[i], _means));
                _known.AddOrUpdate(batch[i], meant);
                found[batch[i]] = meant;
            }
        }

        return missing.Count;
    }

    /// <summary>What the text tower made of a word.</summary>
    private sealed record Meant(SparseCode Code, IReadOnlyList<Carrier> Carriers);
}
