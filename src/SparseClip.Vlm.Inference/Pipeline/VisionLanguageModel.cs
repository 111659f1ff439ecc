using System.Runtime.CompilerServices;
using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;
using SparseClip.Vlm.Core.Exemplars;
using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Language;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Core.Wording;
using SparseClip.Vlm.Inference.Features;
using SparseClip.Vlm.Inference.Pictures;
using SparseClip.Vlm.Inference.Prompting;
using SparseClip.Vlm.Inference.Steering;
using SparseClip.Vlm.Llama.Generation;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Text;

namespace SparseClip.Vlm.Inference.Pipeline;

/// <summary>
/// The whole way of a picture: decode, encode, steer, adapt, prompt, generate (Sparse CLIP, section 4). Pictures are encoded once; the language model's
/// KV cache is keyed by what it reads, so the same picture with the same steering is not computed again, and another slider recomputes from the picture on.
/// Where the bundle has an adapter of the language model, it applies to dialogues about a picture alone.
/// </summary>
public sealed class VisionLanguageModel : IVisionLanguageModel
{
    private readonly VisionLanguageModelParts _parts;
    private readonly PictureMemory _pictures;
    private readonly SteeringApplier _applier;
    private readonly PromptBuilder _prompts;
    private readonly float[] _usual;
    private volatile Known _known;
    private bool _isDisposed;

    /// <summary>Puts a model together from its parts.</summary>
    /// <param name="name">The model's name.</param>
    /// <param name="parts">The parts; they are the model's own from now on.</param>
    /// <param name="options">How it runs; null for the defaults.</param>
    /// <exception cref="ArgumentException">The parts do not fit one another.</exception>
    public VisionLanguageModel(string name, VisionLanguageModelParts parts, VisionLanguageModelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(parts);
        parts.Check();
        options ??= new VisionLanguageModelOptions();
        Name = name;
        _parts = parts;
        _pictures = new PictureMemory(parts.Images, options.KeptPictures, PictureLimits.Default with { MaximumBytes = options.MaximumPictureBytes, MaximumPixels = options.MaximumPicturePixels });
        _applier = new SteeringApplier(parts.Features.All);
        _usual = UsualCode.Of(parts.Features.All, parts.Attributes);
        _known = new Known(parts.Concepts, parts.Words);
        _prompts = new PromptBuilder((text, isControl) => parts.Engine.Model.Tokenize(text, addSpecial: false, parseSpecial: isControl));
    }

    /// <inheritdoc />
    public string Name { get; }

    /// <inheritdoc />
    public IFeatureIndex Features => _parts.Features;

    /// <inheritdoc />
    public int PictureTokens => _parts.Adapter.Embeddings;

    /// <inheritdoc />
    public int ContextLength => _parts.Engine.ContextLength;

    /// <inheritdoc />
    public int TextTokens => LanguageModelTextStates.MaximumTokens;

    /// <inheritdoc />
    public bool HasConcepts => _parts.Words is not null;

    /// <inheritdoc />
    public string Tower => _parts.Tower;

    /// <inheritdoc />
    public ConceptTable? Concepts => _known.Table;

    /// <inheritdoc />
    public ExemplarFile? Exemplars => _parts.Exemplars;

    /// <summary>Loads a bundle: verifies every file, then reads it.</summary>
    /// <inheritdoc cref="VisionLanguageModelLoader.LoadAsync"/>
    public static Task<VisionLanguageModel> LoadAsync(
        string folder, VisionLanguageModelOptions? options = null, IProgress<LoadProgress>? progress = null, CancellationToken cancellationToken = default) =>
        VisionLanguageModelLoader.LoadAsync(folder, options ?? new VisionLanguageModelOptions(), progress, cancellationToken);

    /// <inheritdoc />
    public async Task<Concept?> ConceptAsync(string word, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        if (Concepts?.Find(word) is { } known)
        {
            return known;
        }

        return await _parts.Features.CodeOfAsync(word, cancellationToken).ConfigureAwait(false) is var (asked, code) && (_parts.Attributes?.Without(code) ?? code) is { L0: > 0 } things
            ? ConceptOfText.Make(asked, things.ToUnit())
            : null;
    }

    /// <inheritdoc />
    public async Task<Concept> TeachAsync(string word, IReadOnlyList<SeenPicture> pictures, DateTimeOffset when, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(word);
        ArgumentNullException.ThrowIfNull(pictures);
        var text = await _parts.Features.MeaningOfAsync(word, cancellationToken).ConfigureAwait(false);
        return ConceptTeacher.Teach(word, [.. pictures.Select(picture => picture.Code.Pooled)], text, _usual, _parts.Attributes) with { Teaching = new Teaching(pictures.Count, when, Tower) };
    }

    /// <inheritdoc />
    public IReadOnlyList<RefusedConcept> UseTaught(IReadOnlyList<Concept> taught)
    {
        var sorted = TaughtConcepts.Of(taught, _parts.Concepts, Tower, _parts.Images.Dimension, _parts.Attributes);
        _known = new Known(sorted.Table, _parts.Words?.With(sorted.Table));
        _parts.Features.Use(sorted.Table);
        return sorted.Refused;
    }

    /// <inheritdoc />
    public Task<StoredPicture> LookAsync(PictureFile file, CancellationToken cancellationToken) => _pictures.LookAsync(file, cancellationToken);

    /// <inheritdoc />
    public SeenPicture? Recall(string id) => _pictures.Recall(id);

    /// <inheritdoc />
    public void Forget(string id) => _pictures.Forget(id);

    /// <inheritdoc />
    /// <exception cref="ArgumentOutOfRangeException">There is no such feature.</exception>
    public Task<float[]> HeatMapAsync(SeenPicture picture, FeatureId feature, CancellationToken cancellationToken) =>
        _pictures.HeatMapsAsync(picture, [feature.Value], cancellationToken);

    /// <inheritdoc />
    public EditedPicture Steer(SeenPicture picture, SteeringPlan plan)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var (code, applied) = _applier.Apply(picture.Code, plan, picture.Square);
        return new EditedPicture(code, applied, applied.Count == 0 || Concepts is null ? [] : Concepts.Changed(picture.Code.Pooled, code.Pooled, EditedPicture.MostMoved));
    }

    /// <inheritdoc />
    public IReadOnlyList<TextToken> Tokenize(string text)
    {
        var language = _parts.Engine.Model;
        return [.. language.Tokenize(text, addSpecial: false, parseSpecial: false).Select(token => new TextToken(token, language.TokenPiece(token)))];
    }

    /// <inheritdoc />
    public int PromptLength(AnswerRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Prompt(request).Segments.Sum(segment => segment switch
        {
            TokenSegment tokens => tokens.Tokens.Length,
            EmbeddingSegment embeddings => embeddings.Values.Length / _parts.Adapter.EmbeddingSize,
            _ => throw new NotSupportedException($"The prompt has a segment of the unknown kind {segment.GetType().Name}."),
        });
    }

    /// <inheritdoc />
    public Task<IReadOnlyList<SparseCode>> EncodeAsync(IReadOnlyList<string> texts, CancellationToken cancellationToken) => _parts.Features.EncodeAsync(texts, cancellationToken);

    /// <inheritdoc />
    public async Task<LabelChoice> ChooseAsync(SparseCode code, IReadOnlyList<string> labels, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(code);
        ArgumentNullException.ThrowIfNull(labels);
        var codes = await EncodeAsync([.. labels.SelectMany(PromptTemplates.ForZeroShot)], cancellationToken).ConfigureAwait(false);
        var units = codes.Select(text => Things(text).ToUnit()).Chunk(PromptTemplates.ZeroShot.Count).Select(prompts => Mean(prompts).ToUnit());
        return LabelChoice.Of(Things(code), [.. labels.Zip(units)], _parts.Scale);

        SparseCode Things(SparseCode whole) => _parts.Attributes?.Without(whole) ?? whole;
    }

    /// <inheritdoc />
    /// <exception cref="ArgumentException">The dialogue is empty, does not end with the user, or a sampling option is out of range.</exception>
    /// <exception cref="SteeringException">There is steering but no picture, or an edit is of a feature that this model does not have. Nothing was generated then.</exception>
    /// <exception cref="ContextLengthException">The dialogue does not fit.</exception>
    /// <exception cref="ModelBusyException">The queue is full.</exception>
    public async IAsyncEnumerable<AnswerEvent> AnswerAsync(AnswerRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        yield return new AnswerStage("steer", 0);
        var (prompt, steered, words) = Prompt(request);
        yield return new AnswerStage("steer", 1);
        var generation = new GenerationRequest(prompt, request.Sampling)
        {
            Deterministic = request.Deterministic,
            // Trained on dialogues about pictures; without one the plain language model answers.
            Adapted = request.Picture is not null && _parts.Engine.Adapter is not null,
        };
        var isDecoding = false;
        await foreach (var happened in _parts.Engine.GenerateAsync(generation, cancellationToken).ConfigureAwait(false))
        {
            switch (happened)
            {
                case PrefillProgress prefill:
                    yield return new AnswerStage("prefill", (double)prefill.Done / Math.Max(1, prefill.Total));
                    break;
                case TokenText text:
                    if (!isDecoding)
                    {
                        isDecoding = true;
                        yield return new AnswerStage("decode", 0);
                    }

                    yield return new AnswerDelta(text.Text) { Tokens = text.Tokens };
                    break;
                case GenerationFinished finished:
                    yield return Done(steered, words, finished);
                    break;
            }
        }
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isDisposed, true))
        {
            return;
        }

        await _pictures.DisposeAsync().ConfigureAwait(false);
        await _parts.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>What the model has words for, with what people taught it; replaced as one.</summary>
    private sealed record Known(ConceptTable? Table, PictureWords? Words);

    /// <summary>What the language model reads, of the picture as it was edited, and the words among it.</summary>
    private (IReadOnlyList<PromptSegment> Segments, EditedPicture? Steered, IReadOnlyList<SeenWord> Words) Prompt(AnswerRequest request)
    {
        if (request.Picture is null && !request.Steering.IsEmpty)
        {
            throw SteeringException.NoPicture();
        }

        var steered = request.Picture is { } picture ? Steer(picture, request.Steering) : null;
        var embeddings = steered is null ? (ReadOnlyMemory<float>?)null : _parts.Adapter.Adapt(steered.Code);
        var known = _known.Words;
        var words = steered is null || request.Grounding == Grounding.Off ? [] : known?.Of(steered.Code, request.Dialogue.Where(turn => turn.Speaker == Speaker.User).Select(turn => turn.Text), request.Steering.RaisedWords) ?? [];
        return (_prompts.Build(request.Dialogue, embeddings, known?.Say(words), request.Begun), steered, words);
    }

    private static SparseCode Mean(SparseCode[] codes)
    {
        var dense = new float[codes[0].Dimension];
        foreach (var code in codes)
        {
            for (var i = 0; i < code.L0; i++)
            {
                dense[code.Indices[i]] += code.Values[i] / codes.Length;
            }
        }

        return SparseCode.FromDense(dense);
    }

    private static AnswerDone Done(EditedPicture? steered, IReadOnlyList<SeenWord> words, GenerationFinished finished)
    {
        var timings = finished.Timings;
        return new AnswerDone(
            finished.Reason == FinishReason.Length ? "length" : "stop",
            steered?.Applied ?? [],
            new AnswerTimings(timings.CacheN, timings.PromptN, timings.PromptMs, timings.PredictedN, timings.PredictedMs))
        { Grounding = words, Moved = steered?.Moved ?? [] };
    }
}
