using System.Runtime.CompilerServices;
using System.Threading.Channels;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Loading;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Serves many conversations from one llama.cpp context. One thread owns the context; requests reach it over a bounded queue and their
/// events come back as streams. A request that fails, is cancelled or does not fit leaves the others as they are. Thread-safe.
/// </summary>
public sealed class GenerationEngine : IAsyncDisposable
{
    private static readonly TimeSpan LongestExit = TimeSpan.FromSeconds(10);

    private readonly GenerationOptions _options;
    // Submit counts, so no more than the limit are ever in it.
    private readonly Channel<Conversation> _arrivals = Channel.CreateUnbounded<Conversation>(new() { SingleReader = true });
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _stopped = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TypicalDuration _typical = new();
    private int _inFlight;
    private int _disposed;

    /// <param name="model">The model; it stays the caller's to dispose, before or after the engine.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <param name="adapter">An adapter of the model, which requests may ask for; null for none.</param>
    /// <exception cref="ArgumentException">The adapter belongs to another model.</exception>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="LlamaException">The context could not be made, e.g. for lack of memory.</exception>
    public GenerationEngine(LlamaModel model, GenerationOptions? options = null, LanguageAdapter? adapter = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        if (adapter is not null && adapter.Model != model)
        {
            throw new ArgumentException($"The adapter '{adapter.Path}' was loaded for the model '{adapter.Model.Path}', not for '{model.Path}'.", nameof(adapter));
        }

        _options = options ?? new GenerationOptions();
        ContextLength = _options.Check(model.Info);
        Model = model;
        Adapter = adapter;
        var context = new DecodeContext(model, _options, ContextLength, adapter);
        AppDomain.CurrentDomain.ProcessExit += StopForExit;
        new Thread(() => Run(context)) { Name = "llama.cpp", IsBackground = true }.Start();
    }

    /// <summary>The model; not owned.</summary>
    public LlamaModel Model { get; }

    /// <summary>The adapter that a request may ask for (<see cref="GenerationRequest.Adapted"/>); null for none.</summary>
    public LanguageAdapter? Adapter { get; }

    /// <summary>Positions of one conversation, prompt and answer together.</summary>
    public int ContextLength { get; }

    /// <summary>Requests that run or wait.</summary>
    public int InFlight => Volatile.Read(ref _inFlight);

    /// <summary>Generates an answer. The request is checked and queued when the enumeration begins.</summary>
    /// <param name="request">What to go on from and how.</param>
    /// <param name="cancellationToken">Stops prefill and decode within one micro-batch; so does leaving the enumeration.</param>
    /// <exception cref="ArgumentException">A token id is outside the vocabulary, embeddings have another size or are not finite, a sampling option is out of range, an adapter is asked for and there is none.</exception>
    /// <exception cref="ContextLengthException">The prompt leaves no room for an answer.</exception>
    /// <exception cref="ModelBusyException">The queue is full.</exception>
    /// <exception cref="LlamaException">The model failed on this request.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed meanwhile.</exception>
    public async IAsyncEnumerable<GenerationEvent> GenerateAsync(
        GenerationRequest request, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(request);
        TokenSampler.Check(request.Sampling);
        if (request.Adapted && Adapter is null)
        {
            throw new ArgumentException("The request asks for a language adapter, and this engine has none.", nameof(request));
        }

        cancellationToken.ThrowIfCancellationRequested();
        var plan = PromptPlan.Create(request.Prompt, Model.Info, _options.PrefillChunk, ContextLength);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _stopping.Token);
        var conversation = new Conversation(request, plan, Model, ending.Token);
        Submit(conversation);
        try
        {
            while (await NextAsync(conversation, cancellationToken).ConfigureAwait(false) is { } happened)
            {
                yield return happened;
            }
        }
        finally
        {
            // Whoever leaves the enumeration early no longer wants the rest.
            await ending.CancelAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Ends every conversation with <see cref="ObjectDisposedException"/> and frees the context.</summary>
    public async ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _disposed, 1) == 0)
        {
            AppDomain.CurrentDomain.ProcessExit -= StopForExit;
            await _stopping.CancelAsync().ConfigureAwait(false);
            _arrivals.Writer.TryComplete();
        }

        await _stopped.Task.ConfigureAwait(false);
        _stopping.Dispose();
    }

    // When the process ends, llama.cpp's own statics are destroyed; a decode that still runs then crashes instead of ending.
    private void StopForExit(object? sender, EventArgs e)
    {
        _stopping.Cancel();
        _arrivals.Writer.TryComplete();
        _stopped.Task.Wait(LongestExit);
    }

    /// <summary>The next event; null at the end.</summary>
    private async Task<GenerationEvent?> NextAsync(Conversation conversation, CancellationToken cancellationToken)
    {
        try
        {
            return await conversation.Events.WaitToReadAsync(cancellationToken).ConfigureAwait(false) && conversation.Events.TryRead(out var happened)
                ? happened
                : null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new ObjectDisposedException(nameof(GenerationEngine));
        }
    }

    private void Submit(Conversation conversation)
    {
        var most = _options.Sequences + _options.QueueLimit;
        if (Interlocked.Increment(ref _inFlight) > most)
        {
            Interlocked.Decrement(ref _inFlight);
            conversation.Dispose();
            throw new ModelBusyException(_typical.Wait(most, _options.Sequences));
        }

        if (!_arrivals.Writer.TryWrite(conversation))
        {
            Interlocked.Decrement(ref _inFlight);
            conversation.Dispose();
            throw new ObjectDisposedException(nameof(GenerationEngine));
        }
    }

    private void Run(DecodeContext context)
    {
        using var log = new LlamaLog.Listener(Model.Warnings);
        var tuner = _options.Threads == 0 ? new ThreadTuner(PhysicalCores.Available()) : null;
        var scheduler = new DecodeScheduler(context, _options, ContextLength, tuner, Ended, _stopping.Token);
        try
        {
            tuner?.Begin(context.MeasureStep);
            while (!_stopping.IsCancellationRequested)
            {
                while (_arrivals.Reader.TryRead(out var arrival))
                {
                    scheduler.Enqueue(arrival);
                }

                if (scheduler.HasWork)
                {
                    scheduler.Step();
                }
                else if (!_arrivals.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
                {
                    break;
                }
            }

            EndAll(scheduler, new ObjectDisposedException(nameof(GenerationEngine)));
        }
        catch (Exception e)
        {
            // A bug here must not leave anybody waiting, nor end the process.
            Volatile.Write(ref _disposed, 1);
            EndAll(scheduler, new LlamaException($"The generation engine stopped: {e.Message}", e));
        }
        finally
        {
            context.Dispose();
            _stopped.TrySetResult();
        }
    }

    private void EndAll(DecodeScheduler scheduler, Exception error)
    {
        // Closed first, so that nobody can come after the last look.
        _arrivals.Writer.TryComplete();
        scheduler.FailAll(error);
        while (_arrivals.Reader.TryRead(out var arrival))
        {
            arrival.Fail(error);
            arrival.Dispose();
        }
    }

    private void Ended(Conversation conversation)
    {
        _typical.Add(conversation.Elapsed);
        Interlocked.Decrement(ref _inFlight);
    }
}
