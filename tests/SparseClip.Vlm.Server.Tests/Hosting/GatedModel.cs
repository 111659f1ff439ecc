using System.Runtime.CompilerServices;
using Microsoft.Extensions.Logging.Abstractions;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>The real model behind a gate: it does not begin with a picture or a prompt before the test opens it.</summary>
internal sealed class GatedModel(IVisionLanguageModel inner, Task open) : IVisionLanguageModel
{
    private readonly TaskCompletionSource _waiting = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Name => inner.Name;

    public IFeatureIndex Features => inner.Features;

    public bool HasConcepts => inner.HasConcepts;

    public ConceptTable? Concepts => inner.Concepts;

    public ExemplarFile? Exemplars => inner.Exemplars;

    public string Tower => inner.Tower;

    public int PictureTokens => inner.PictureTokens;

    public int ContextLength => inner.ContextLength;

    public int TextTokens => inner.TextTokens;

    /// <summary>After how many pieces of an answer the model stands still until it is cancelled; null for never.</summary>
    public int? StallAfter { get; set; }

    /// <summary>Done when somebody stands at the gate.</summary>
    public Task Waiting => _waiting.Task;

    /// <summary>The real model of a bundle, behind a gate.</summary>
    public static async Task<GatedModel> LoadAsync(string bundle, Task open) =>
        new(await BundleLoader.Create(new ServerOptions { Threads = 1 }, NullLogger.Instance)(bundle, new Progress<string>(), HttpAnswers.Stop), open);

    public async Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        return await inner.LookAsync(file, cancellationToken);
    }

    public Task<Concept?> ConceptAsync(string word, CancellationToken cancellationToken) => inner.ConceptAsync(word, cancellationToken);

    public Task<Concept> TeachAsync(string word, IReadOnlyList<SeenPicture> pictures, DateTimeOffset when, CancellationToken cancellationToken) =>
        inner.TeachAsync(word, pictures, when, cancellationToken);

    public IReadOnlyList<RefusedConcept> UseTaught(IReadOnlyList<Concept> taught) => inner.UseTaught(taught);

    public SeenPicture? Recall(string id) => inner.Recall(id);

    public void Forget(string id) => inner.Forget(id);

    public IReadOnlyList<TextToken> Tokenize(string text) => inner.Tokenize(text);

    public int PromptLength(AnswerRequest request) => inner.PromptLength(request);

    public Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => inner.EncodeAsync(texts, cancellationToken);

    public Task<LabelChoice> ChooseAsync(SparseCode code, IReadOnlyList<string> labels, CancellationToken cancellationToken) => inner.ChooseAsync(code, labels, cancellationToken);

    public EditedPicture Steer(SeenPicture picture, SteeringPlan plan) => inner.Steer(picture, plan);

    public Task<float[]> HeatMapAsync(SeenPicture picture, FeatureId feature, CancellationToken cancellationToken) =>
        inner.HeatMapAsync(picture, feature, cancellationToken);

    public async IAsyncEnumerable<AnswerEvent> AnswerAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await PassAsync(cancellationToken);
        var pieces = 0;
        await foreach (var step in inner.AnswerAsync(request, cancellationToken))
        {
            yield return step;
            if (step is AnswerDelta && ++pieces >= StallAfter)
            {
                await Task.Delay(Timeout.Infinite, cancellationToken);
            }
        }
    }

    public ValueTask DisposeAsync() => inner.DisposeAsync();

    private Task PassAsync(CancellationToken cancellationToken)
    {
        _waiting.TrySetResult();
        return open.WaitAsync(cancellationToken);
    }
}
