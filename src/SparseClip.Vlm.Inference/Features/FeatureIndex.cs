using System.Globalization;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>
/// The features of a bundle: their names, search by name and by meaning, and what steering requests stand for. Thread-safe; one request at a time is in the
/// text tower. Disposing waits for it.
/// </summary>
public sealed class FeatureIndex : IFeatureIndex, IAsyncDisposable
{
    private readonly FeatureIndexOptions _options;
    private readonly WordCarriers _carriers;
    private readonly FeatureNames _names;
    private volatile ConceptTable? _concepts;

    /// <param name="records">All features by id. [D]</param>
    /// <param name="text">The text tower of the same features.</param>
    /// <param name="options">How names and words find features; null for the defaults.</param>
    /// <param name="concepts">What carries words in pictures; null for none.</param>
    /// <exception cref="FeatureFileException">There are not as many features as the text tower has.</exception>
    public FeatureIndex(IReadOnlyList<FeatureRecord> records, ITextEncoder text, FeatureIndexOptions? options = null, ConceptTable? concepts = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(text);
        if (records.Count != text.Dimension)
        {
            throw new FeatureFileException($"The feature file has {records.Count} features, the tower {text.Dimension}: they do not belong together.");
        }

        _options = options ?? new FeatureIndexOptions();
        _carriers = new WordCarriers(text, records, _options.MostWaiting);
        All = [.. records.Select(record => record.Feature)];
        _names = new FeatureNames(All);
        _concepts = concepts;
    }

    /// <inheritdoc />
    public IReadOnlyList<Feature> All { get; }

    /// <summary>Reads the features from <c>features.jsonl</c>.</summary>
    /// <exception cref="FeatureFileException">The file cannot be read or does not belong to the text tower.</exception>
    public static FeatureIndex Load(string path, ITextEncoder text, FeatureIndexOptions? options = null, ConceptTable? concepts = null) =>
        new(FeatureFile.Read(path), text, options, concepts);

    /// <summary>From now on other concepts carry words: concepts were taught or forgotten.</summary>
    public void Use(ConceptTable? concepts) => _concepts = concepts;

    /// <summary>The text tower's codes of texts as they are.</summary>
    /// <param name="texts">Texts of at least one token each.</param>
    /// <param name="cancellationToken">Stops waiting for the text tower.</param>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(texts);
        return _carriers.EncodeAsync(texts, cancellationToken);
    }

    /// <summary>What a word means to the text tower beyond what any word does.</summary>
    /// <returns>The features that it activates above their means; null where the word means nothing to the tower.</returns>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public async Task<SparseCode?> MeaningOfAsync(string word, CancellationToken cancellationToken)
    {
        var asked = AskedWord.Of(word);
        var carriers = await _carriers.OfAsync(asked.Text, cancellationToken).ConfigureAwait(false);
        Carrier[] byFeature = [.. carriers.OrderBy(carrier => carrier.Feature)];
        return byFeature.Length > 0 && Means(asked, carriers)
            ? SparseCode.FromSorted(All.Count, [.. byFeature.Select(carrier => carrier.Feature)], [.. byFeature.Select(carrier => carrier.Score)])
            : null;
    }

    /// <summary>What the text tower makes of a word, as of concepts.</summary>
    /// <returns>The word as it is looked up and its code; null where the word means nothing to the tower.</returns>
    /// <exception cref="ModelBusyException">Too many requests wait for the text tower.</exception>
    public async Task<(string Word, SparseCode Code)?> CodeOfAsync(string word, CancellationToken cancellationToken)
    {
        var asked = AskedWord.Of(word);
        return asked.HasLetters && Means(asked, await _carriers.OfAsync(asked.Text, cancellationToken).ConfigureAwait(false))
            ? (asked.Text, await _carriers.CodeOfAsync(asked.Text, cancellationToken).ConfigureAwait(false))
            : null;
    }

    /// <inheritdoc />
    public IReadOnlyList<FeatureActivation> Top(SparseCode code, int count)
    {
        ArgumentNullException.ThrowIfNull(code);
        var active = new List<FeatureActivation>(code.L0);
        for (var i = 0; i < code.L0; i++)
        {
            var feature = All[code.Indices[i]];
            active.Add(new FeatureActivation(feature.Id, feature.Name, code.Values[i], feature.Maximum > 0 ? code.Values[i] / feature.Maximum : 0f));
        }

        return [.. active.OrderByDescending(feature => feature.Value).ThenBy(feature => feature.Id).Take(count)];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<(Feature Feature, float Score)>> SearchAsync(string query, int count, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        var text = query.Trim();
        var word = AskedWord.Of(text[..Math.Min(text.Length, SteeringRules.LongestName)]);
        if (word.Text.Length == 0)
        {
            return [];
        }

        var scores = _names.Matches(word.Text).ToDictionary(match => match.Feature, match => match.Score);
        IReadOnlyList<Carrier> carriers = word.HasLetters ? await _carriers.OfAsync(word.Text, cancellationToken).ConfigureAwait(false) : [];
        var isMeant = Means(word, carriers);
        if (word.HasLetters && isMeant)
        {
            foreach (var (feature, score) in carriers)
            {
                // A name that fits stands above any meaning that fits; among equals the meaning decides.
                scores[feature] = scores.GetValueOrDefault(feature) + MathF.Min(1f, score / _carriers.ClearStrength);
            }
        }

        var own = OwnCarriers(word.Text, isMeant) ?? [];
        foreach (var (feature, weight) in own)
        {
            scores[feature] = scores.GetValueOrDefault(feature) + (weight / own[0].Score);
        }

        return [.. scores.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(count).Select(entry => (All[entry.Key], entry.Value))];
    }

    /// <inheritdoc />
    public async Task<IReadOnlyList<FeatureId>> FeaturesOfAsync(string word, SparseCode? picture, int count, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var asked = AskedWord.Of(word);
        var carriers = await _carriers.OfAsync(asked.Text, cancellationToken).ConfigureAwait(false);
        return FeaturesOf(OwnCarriers(word, Means(asked, carriers)) ?? carriers, picture, count);
    }

    /// <inheritdoc />
    public async Task<SteeringPlan> ResolveAsync(
        IReadOnlyList<SteeringRequest> requests, bool clamp, SparseCode? picture, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(requests);
        SteeringRules.Check(requests, All.Count);
        var words = requests.Where(request => request.Name is { } name && !FeatureName.IsOfOne(name.Trim())).Select(request => AskedWord.Of(request.Name!).Text);
        var carriers = await _carriers.OfAsync(words, cancellationToken).ConfigureAwait(false);
        return SteeringPlan.Create(
            requests.SelectMany(request => Edits(request, clamp, Targets(request, carriers, picture))),
            clamp);
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _carriers.DisposeAsync();

    /// <summary>A request's edit of each of its features, within the safe range of its concept if it is to be held there.</summary>
    private IEnumerable<SteeringEdit> Edits(SteeringRequest request, bool clamp, List<(FeatureId Feature, float Share)> targets)
    {
        var asked = request.Value ?? (request.Operation == SteeringOperation.Set ? 1f : 0f);
        var most = clamp && UsualOf(request) is not null && _concepts!.Find(request.Name!)!.Steering is { } tried ? tried.SafeMaximum : float.PositiveInfinity;
        var reason = asked > most ? string.Create(CultureInfo.InvariantCulture, $"held at {most:0.##} times the usual level of '{request.Name!.Trim()}', up to which setting it is safe") : null;
        var word = request.Name is { } name && !FeatureName.IsOfOne(name.Trim()) ? _concepts?.Find(name)?.Word ?? Noun.WithoutArticle(Noun.Normalize(name)) : null;
        return targets.Select(target => new SteeringEdit(
            target.Feature, request.Operation, MathF.Min(asked, most) * target.Share, request.Region, reason is null ? null : new HeldValue(asked * target.Share, reason), word));
    }

    /// <summary>The levels that a request counts in, those of the concept that it sets or adds; null where it counts in the features' maxima.</summary>
    private SparseCode? UsualOf(SteeringRequest request) =>
        request is { Operation: SteeringOperation.Set or SteeringOperation.Add, Name: { } name } && !FeatureName.IsOfOne(name.Trim()) ? _concepts?.Find(name)?.Usual : null;

    private IReadOnlyList<FeatureId> FeaturesOf(IReadOnlyList<Carrier> carriers, SparseCode? picture, int count)
    {
        var inPicture = picture is null ? [] : Carriers.InPicture(carriers, picture).Take(count);
        // Features that no picture ever has can neither be lowered nor raised: their unit is zero.
        var byWord = carriers.Where(carrier => All[carrier.Feature].Maximum > 0).Take(count);
        return [.. inPicture.Concat(byWord).Select(carrier => new FeatureId(carrier.Feature)).Distinct()];
    }

    /// <summary>
    /// A word goes by the features that carry it, whether some feature is called so or not: the feature whose name a word is may be a faint one. A word that is
    /// lowered must go wherever it is: also the features of that name, and those that carry it in the picture.
    /// </summary>
    /// <returns>The features, and the share of the request's value for each.</returns>
    private List<(FeatureId Feature, float Share)> Targets(
        SteeringRequest request, IReadOnlyDictionary<string, IReadOnlyList<Carrier>> carriersOf, SparseCode? picture)
    {
        if (request.Feature is { } id)
        {
            return [(new FeatureId(id), 1f)];
        }

        var name = request.Name!.Trim();
        if (FeatureName.IsOfOne(name))
        {
            return [(_names.Exact(name) ?? throw Unknown($"No feature is called '{name}'", _names.Others(name)), 1f)];
        }

        var word = AskedWord.Of(name);
        var own = OwnCarriers(name, Means(word, carriersOf[word.Text]));
        var carriers = own ?? carriersOf[word.Text];
        if (own is null && !Means(word, carriers))
        {
            throw Unknown($"No feature is called '{name}', and the word means nothing to the tower", _names.Nearest(word.Text, 3));
        }

        IReadOnlyList<FeatureId> called = [.. word.Forms.SelectMany(_names.Called)];
        List<(FeatureId Feature, float Share)> found =
            IsLowering(request) ? [.. called.Concat(FeaturesOf(carriers, picture, _options.LoweredCarriers)).Concat(Speaking(name, picture)).Distinct().Select(feature => (feature, 1f))]
            : UsualOf(request) is { } usual ? Usually(usual)
            : own is null ? Raised(carriers, request.Operation) : RaisedTogether(own, request.Operation);
        return found.Count > 0 ? found
            : called.Count > 0 ? [.. called.Select(feature => (feature, 1f))]
            : throw Unknown($"No feature that pictures have carries '{name}'", _names.Nearest(word.Text, 3));
    }

    /// <summary>
    /// The features of a concept that was taught, which carry its name whatever the letters mean to the tower, and of one whose word means nothing to it, as pictures alone tell it; strongest first. Null
    /// for other words.
    /// </summary>
    private IReadOnlyList<Carrier>? OwnCarriers(string word, bool isMeant) => _concepts?.Find(word) is { } concept && (concept.Teaching is not null || !isMeant) ? Carriers.OfConcept(concept) : null;

    /// <summary>The features by which a picture shows the concept of a word, the most telling first: so many that without them it is not likely any more that the picture shows it.</summary>
    private IEnumerable<FeatureId> Speaking(string name, SparseCode? picture)
    {
        if (picture is null || _concepts?.Find(name) is not { } concept)
        {
            yield break;
        }

        var parts = _concepts.Parts(concept, picture);
        var odds = concept.Offset + parts.Sum(part => part.Score);
        foreach (var part in parts.TakeWhile(_ => odds > _options.LoweredOdds))
        {
            odds -= part.Score;
            yield return new FeatureId(part.Feature);
        }
    }

    /// <summary>The features of a concept, each by what pictures that show it usually have of it.</summary>
    private List<(FeatureId Feature, float Share)> Usually(SparseCode usual) =>
        [.. Enumerable.Range(0, usual.L0).Where(i => All[usual.Indices[i]].Maximum > 0).Select(i => (new FeatureId(usual.Indices[i]), usual.Values[i] / All[usual.Indices[i]].Maximum))];

    /// <summary>
    /// A picture of the word has most of the feature that carries it most: values that are set or added go down with the carriers' scores. A factor is the same
    /// for all.
    /// </summary>
    private List<(FeatureId Feature, float Share)> Raised(IReadOnlyList<Carrier> carriers, SteeringOperation operation)
    {
        var live = carriers.Where(carrier => All[carrier.Feature].Maximum > 0).Take(_options.RaisedCarriers).ToList();
        return [.. live.Select(carrier => (new FeatureId(carrier.Feature), operation == SteeringOperation.Scale ? 1f : carrier.Score / live[0].Score))];
    }

    /// <summary>
    /// The weights of a concept that pictures tell stand to each other as its pictures' values do: values that are set or added keep that proportion as far as each feature's maximum goes, and the feature of
    /// the largest weight gets the value asked for. A factor is the same for all.
    /// </summary>
    private List<(FeatureId Feature, float Share)> RaisedTogether(IReadOnlyList<Carrier> own, SteeringOperation operation)
    {
        var live = own.Where(carrier => All[carrier.Feature].Maximum > 0).Select(carrier => (carrier.Feature, Share: carrier.Score / All[carrier.Feature].Maximum)).ToList();
        return [.. live.Select(carrier => (new FeatureId(carrier.Feature), operation == SteeringOperation.Scale ? 1f : MathF.Min(1f, carrier.Share / live[0].Share)))];
    }

    /// <summary>The one rule by which words find features, in search and in steering.</summary>
    private bool Means(AskedWord word, IReadOnlyList<Carrier> carriers) =>
        word.Forms.Any(_names.IsKnown) || (word.HasLetters && _carriers.Meaning(carriers) >= _options.LeastMeaning);

    private static SteeringException Unknown(string problem, IEnumerable<string> suggestions)
    {
        var quoted = suggestions.Select(suggestion => $"'{suggestion}'").ToList();
        return new SteeringException(SteeringError.UnknownFeature, $"{problem}{(quoted.Count > 0 ? $"; did you mean {string.Join(", ", quoted)}?" : ".")}");
    }

    private static bool IsLowering(SteeringRequest request) => request.Operation switch
    {
        SteeringOperation.Ablate => true,
        SteeringOperation.Scale => request.Value < 1,
        SteeringOperation.Add => request.Value < 0,
        _ => request.Value is 0,
    };
}
