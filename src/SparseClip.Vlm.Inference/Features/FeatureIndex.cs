using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;

namespace SparseClip.Vlm.Inference.Features;

/// <summary>The features of a bundle: their names, search by name and by meaning, and what steering requests stand for. Thread-safe.</summary>
public sealed class FeatureIndex : IFeatureIndex
{
    private const int LongestName = 100;
    private readonly FeatureIndexOptions _options;
    private readonly ConceptCarriers _carriers;
    private readonly FeatureNames _names;

    /// <param name="records">All features by id. [D]</param>
    /// <param name="text">The text tower of the same features.</param>
    /// <param name="options">How names and words find features; null for the defaults.</param>
    /// <exception cref="FeatureFileException">There are not as many features as the text tower has.</exception>
    public FeatureIndex(IReadOnlyList<FeatureRecord> records, ITextEncoder text, FeatureIndexOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(records);
        ArgumentNullException.ThrowIfNull(text);
        if (records.Count != text.Dimension)
        {
            throw new FeatureFileException($"The feature file has {records.Count} features, the tower {text.Dimension}: they do not belong together.");
        }

        _options = options ?? new FeatureIndexOptions();
        _carriers = new ConceptCarriers(new ConceptPrompts(text, _options.Templates), records);
        All = [.. records.Select(record => record.Feature)];
        _names = new FeatureNames(All);
    }

    /// <inheritdoc />
    public IReadOnlyList<Feature> All { get; }

    /// <summary>Reads the features from <c>features.jsonl</c>.</summary>
    /// <exception cref="FeatureFileException">The file cannot be read or does not belong to the text tower.</exception>
    public static FeatureIndex Load(string path, ITextEncoder text, FeatureIndexOptions? options = null) =>
        new(FeatureFile.Read(path), text, options);

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
    public IReadOnlyList<(Feature Feature, float Score)> Search(string query, int count)
    {
        ArgumentNullException.ThrowIfNull(query);
        var word = query.Trim();
        word = word[..Math.Min(word.Length, LongestName)];
        if (word.Length == 0)
        {
            return [];
        }

        var scores = _names.Matches(word).ToDictionary(match => match.Feature, match => match.Score);
        var carriers = _carriers.OfWord(word);
        foreach (var (feature, score) in carriers.Take(count))
        {
            // A name that fits stands above any meaning that fits; among equals the meaning decides.
            scores[feature] = scores.GetValueOrDefault(feature) + (score / carriers[0].Score);
        }

        return [.. scores.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(count).Select(entry => (All[entry.Key], entry.Value))];
    }

    /// <inheritdoc />
    public IReadOnlyList<FeatureId> FeaturesOf(string word, SparseCode? picture, int count)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(count);
        var inPicture = picture is null ? [] : _carriers.InPicture(word, picture).Take(count);
        // Features that no picture ever has can neither be lowered nor raised: their unit is zero.
        var byWord = _carriers.OfWord(word).Where(carrier => All[carrier.Feature].Maximum > 0).Take(count);
        return [.. inPicture.Concat(byWord).Select(carrier => new FeatureId(carrier.Feature)).Distinct()];
    }

    /// <inheritdoc />
    public SteeringPlan Resolve(IReadOnlyList<SteeringRequest> requests, bool clamp = true, SparseCode? picture = null)
    {
        ArgumentNullException.ThrowIfNull(requests);
        return SteeringPlan.Create(
            requests.SelectMany(request => Targets(request, picture).Select(feature => new SteeringEdit(feature, request.Operation, Value(request), request.Region))),
            clamp);
    }

    private static float Value(SteeringRequest request) => request.Operation == SteeringOperation.Ablate
        ? 0f
        : request.Value ?? throw new SteeringException(
            SteeringError.InvalidValue, $"'{request.Operation}' of '{request.Name ?? request.Feature?.ToString()}' needs a value.");

    private IReadOnlyList<FeatureId> Targets(SteeringRequest request, SparseCode? picture)
    {
        if (request is { Feature: { } id, Name: null })
        {
            return id >= 0 && id < All.Count
                ? [new FeatureId(id)]
                : throw new SteeringException(SteeringError.UnknownFeature, $"Feature {id} does not exist: this model has the features 0 to {All.Count - 1}.");
        }

        return request is { Feature: null, Name: { } name } && name.Trim().Length is > 0 and <= LongestName
            ? Targets(name.Trim(), IsLowering(request), picture)
            : throw new SteeringException(SteeringError.UnknownFeature, $"A steering edit names one feature, by its id or by its name (of at most {LongestName} letters), and not both.");
    }

    /// <summary>
    /// A numbered name ("dog (2)") is that one feature. A name that is lowered must go wherever it is carried: the features of that name, those its
    /// text code activates, and those that carry it in the picture. A name that is raised needs no more than the features called so, or, where none
    /// is, those its text code activates.
    /// </summary>
    private IReadOnlyList<FeatureId> Targets(string name, bool isLowering, SparseCode? picture)
    {
        if (FeatureName.Word(name) != name && _names.Exact(name) is { } numbered)
        {
            return [numbered];
        }

        var called = _names.Called(name);
        if (called.Count == 0 && !_names.IsKnown(name) && _carriers.Meaning(name) < _options.LeastMeaning)
        {
            var nearest = _names.Nearest(name, 3).Select(suggestion => $"'{suggestion}'").ToList();
            throw new SteeringException(
                SteeringError.UnknownFeature,
                $"No feature is called '{name}', and the word means nothing to the tower{(nearest.Count > 0 ? $"; did you mean {string.Join(", ", nearest)}?" : ".")}");
        }

        return called.Count > 0 && !isLowering
            ? called
            : [.. called.Concat(FeaturesOf(name, isLowering ? picture : null, _options.CarriersOfName)).Distinct()];
    }

    private static bool IsLowering(SteeringRequest request) => request.Operation switch
    {
        SteeringOperation.Ablate => true,
        SteeringOperation.Scale => request.Value < 1,
        SteeringOperation.Add => request.Value < 0,
        _ => request.Value is 0,
    };
}
