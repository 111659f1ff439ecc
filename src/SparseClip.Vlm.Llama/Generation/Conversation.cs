using System.Diagnostics;
using System.Threading.Channels;
using LLama.Native;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>A request on its way: what it asks, where it stands, and the stream its events go to. Only the engine's thread changes it.</summary>
internal sealed class Conversation(GenerationRequest request, PromptPlan plan, LlamaModel model, CancellationToken cancellationToken) : IDisposable
{
    // Bounded by nature: a few progress events and one text a token.
    private readonly Channel<GenerationEvent> _events = Channel.CreateUnbounded<GenerationEvent>(new() { SingleReader = true, SingleWriter = true });
    private readonly TextStream _text = new(request.Sampling.Stop ?? []);
    private readonly SafeLLamaSamplerChainHandle _sampler = TokenSampler.Create(request.Sampling);
    private GuidedSampler? _guided;
    // Where in the text each token begins that is to be told, until that text is given out.
    private readonly Queue<(int Start, ChosenToken Token)> _untold = [];
    private int _cached;
    private int _predicted;
    private readonly long _arrived = Stopwatch.GetTimestamp();
    private long _started;
    private long _prefilled;

    public ChannelReader<GenerationEvent> Events => _events.Reader;

    public PromptPlan Plan => plan;

    public bool Deterministic => request.Deterministic;

    public bool Adapted => request.Adapted;

    public CancellationToken CancellationToken => cancellationToken;

    /// <summary>The sequence it runs in; null while it waits.</summary>
    public CacheSlot? Slot { get; private set; }

    /// <summary>The token that was chosen but is not in the cache yet; null during prefill.</summary>
    public int? PendingToken { get; private set; }

    /// <summary>Since it began to run; zero while it waits.</summary>
    public TimeSpan Elapsed => Slot is null ? TimeSpan.Zero : Stopwatch.GetElapsedTime(_started);

    public bool IsPrefilling => Slot is { } slot && PendingToken is null && slot.Positions.Count < plan.Length;

    public void Start(CacheSlot slot)
    {
        Slot = slot;
        EngineMetrics.Waited(Stopwatch.GetElapsedTime(_arrived));
        _cached = slot.Positions.Count;
        _started = Stopwatch.GetTimestamp();
        ReportPrefill();
    }

    /// <summary>The next batch of the prompt.</summary>
    /// <param name="most">The most positions; of a deterministic prompt the batches are those of its plan.</param>
    public Chunk NextChunk(int most)
    {
        var at = Slot!.Positions.Count;
        var first = Array.FindIndex(plan.Chunks, c => c.End > at);
        var chunk = plan.Chunks[first].From(at);
        if (Deterministic)
        {
            return chunk;
        }

        var isEmbedding = chunk.EmbeddingRow >= 0;
        var end = plan.Chunks.Skip(first).TakeWhile(c => c.EmbeddingRow >= 0 == isEmbedding).Last().End;
        return chunk with { Length = Math.Min(most, end - at) };
    }

    /// <summary>Notes a computed batch.</summary>
    public void Computed(Chunk chunk)
    {
        for (var p = chunk.Start; p < chunk.End; p++)
        {
            Slot!.Positions.Add(new CachedPosition(plan.Keys[p], chunk.Start, chunk.End));
        }

        ReportPrefill();
    }

    /// <summary>Notes that the pending token is in the cache.</summary>
    public void Computed()
    {
        var at = Slot!.Positions.Count;
        Slot.Positions.Add(new CachedPosition(PositionKey.OfToken(PendingToken!.Value), at, at));
    }

    /// <summary>Chooses the next token from an output of the last decode and streams its text.</summary>
    /// <param name="context">Where the logits are.</param>
    /// <param name="output">Which logits.</param>
    /// <param name="contextLength">Positions the conversation may have.</param>
    /// <returns>Whether the conversation goes on.</returns>
    public bool Advance(DecodeContext context, int output, int contextLength)
    {
        if (PendingToken is null)
        {
            _prefilled = Stopwatch.GetTimestamp();
        }

        var token = Choose(context, output);
        PendingToken = token;
        if (model.IsEndOfGeneration(token))
        {
            return Finish(FinishReason.Stop);
        }

        _predicted++;
        if (request.Sampling.Likeliest is { } count)
        {
            _untold.Enqueue((_text.Decoded, Told(context.Logits(output), token, count)));
        }

        Write(_text.Add(model.TokenPiece(token)));
        if (_text.Stopped || _guided is { IsFinished: true })
        {
            return Finish(FinishReason.Stop);
        }

        // The token needs a position of its own before the next one can be chosen.
        return _predicted < request.Sampling.MaxTokens && Slot!.Positions.Count < contextLength || Finish(FinishReason.Length);
    }

    /// <summary>Ends the stream with an error.</summary>
    public void Fail(Exception error) => _events.Writer.TryComplete(error);

    public void Dispose() => _sampler.Dispose();

    private int Choose(DecodeContext context, int output)
    {
        if (request.Sampling.Grammar is not { } grammar)
        {
            return (int)context.Sample(_sampler, output);
        }

        _guided ??= new GuidedSampler(_sampler, grammar, model);
        return _guided.Choose(context.Logits(output));
    }

    private bool Finish(FinishReason reason)
    {
        if (!_text.Stopped)
        {
            Write(_text.Finish(), isLast: true);
        }

        var timings = new GenerationTimings(
            _cached, plan.Length - _cached, Stopwatch.GetElapsedTime(_started, _prefilled).TotalMilliseconds,
            _predicted, Stopwatch.GetElapsedTime(_prefilled).TotalMilliseconds);
        _events.Writer.TryWrite(new GenerationFinished(reason, timings));
        _events.Writer.TryComplete();
        return false;
    }

    private void ReportPrefill() => _events.Writer.TryWrite(new PrefillProgress(Slot!.Positions.Count, plan.Length, _cached));

    /// <summary>Gives out text, and with it the tokens that begin in it; with the last, also those of a character that was never finished.</summary>
    private void Write(string text, bool isLast = false)
    {
        var tokens = new List<ChosenToken>();
        while (_untold.TryPeek(out var next) && (isLast || next.Start < _text.Given))
        {
            tokens.Add(_untold.Dequeue().Token);
        }

        if (text.Length > 0 || tokens.Count > 0)
        {
            _events.Writer.TryWrite(new TokenText(text) { Tokens = tokens });
        }
    }

    private ChosenToken Told(ReadOnlySpan<float> logits, int token, int count)
    {
        var (highest, logSum) = Likelihoods.Normalizer(logits);
        var likeliest = new List<TokenProbability>(count);
        foreach (var other in Likelihoods.Highest(logits, count))
        {
            likeliest.Add(Of(other, logits[other]));
        }

        return new ChosenToken(Of(token, logits[token]), likeliest);

        TokenProbability Of(int id, float logit) => new(model.TokenPiece(id, special: true), logit - highest - logSum);
    }
}
