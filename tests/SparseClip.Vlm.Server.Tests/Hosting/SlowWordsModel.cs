using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>A real model whose feature index has a text tower that holds every word until the gate is opened.</summary>
/// <param name="model">The model.</param>
/// <param name="mostWaiting">The most requests that wait for the tower.</param>
internal sealed class SlowWordsModel(IVisionLanguageModel model, int mostWaiting) : IVisionLanguageModel, ITextEncoder
{
    private readonly ManualResetEventSlim _gate = new();
    private readonly SemaphoreSlim _entered = new(0);
    private FeatureIndex? _index;

    public string Name => model.Name;

    public bool HasConcepts => model.HasConcepts;

    public ConceptTable? Concepts => model.Concepts;

    public ExemplarFile? Exemplars => model.Exemplars;

    public string Tower => model.Tower;

    public int PictureTokens => model.PictureTokens;

    public int ContextLength => model.ContextLength;

    public int TextTokens => model.TextTokens;

    public int Dimension => model.Features.All.Count;

    public IFeatureIndex Features => _index ??= new FeatureIndex(
        [.. model.Features.All.Select(feature => new FeatureRecord(feature, 0))], this, new FeatureIndexOptions { MostWaiting = mostWaiting });

    /// <summary>How many words came into the tower.</summary>
    public int Words { get; private set; }

    public IReadOnlyList<SparseCode> Encode(IReadOnlyList<string> texts, CancellationToken cancellationToken = default)
    {
        Words += texts.Count;
        _entered.Release();
        _gate.Wait(CancellationToken.None);
        return [.. texts.Select(_ => SparseCode.FromSorted(Dimension, [1, 2], [3f, 2f]))];
    }

    /// <summary>Waits until a request is in the tower.</summary>
    public Task EnteredAsync() => _entered.WaitAsync(HttpAnswers.Stop);

    public void Open() => _gate.Set();

    public Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken) => model.LookAsync(file, cancellationToken);

    public Task<Concept?> ConceptAsync(string word, CancellationToken cancellationToken) => model.ConceptAsync(word, cancellationToken);

    public Task<Concept> TeachAsync(string word, IReadOnlyList<SeenPicture> pictures, DateTimeOffset when, CancellationToken cancellationToken) =>
        model.TeachAsync(word, pictures, when, cancellationToken);

    public IReadOnlyList<RefusedConcept> UseTaught(IReadOnlyList<Concept> taught) => model.UseTaught(taught);

    public SeenPicture? Recall(string id) => model.Recall(id);

    public void Forget(string id) => model.Forget(id);

    public IReadOnlyList<TextToken> Tokenize(string text) => model.Tokenize(text);

    public int PromptLength(AnswerRequest request) => model.PromptLength(request);

    public Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => model.EncodeAsync(texts, cancellationToken);

    public Task<LabelChoice> ChooseAsync(SparseCode code, IReadOnlyList<string> labels, CancellationToken cancellationToken) => model.ChooseAsync(code, labels, cancellationToken);

    public EditedPicture Steer(SeenPicture picture, SteeringPlan plan) => model.Steer(picture, plan);

    public Task<float[]> HeatMapAsync(SeenPicture picture, FeatureId feature, CancellationToken cancellationToken) =>
        model.HeatMapAsync(picture, feature, cancellationToken);

    public IAsyncEnumerable<AnswerEvent> AnswerAsync(AnswerRequest request, CancellationToken cancellationToken) => model.AnswerAsync(request, cancellationToken);

    public async ValueTask DisposeAsync()
    {
        Open();
        if (_index is not null)
        {
            await _index.DisposeAsync();
        }

        await model.DisposeAsync();
        _gate.Dispose();
        _entered.Dispose();
    }
}
