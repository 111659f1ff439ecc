using System.Diagnostics;
using LLama.Native;
using SparseClip.Vlm.Llama.Loading;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// A llama.cpp context behind guards: whatever would end the process natively is an exception here. Each sequence has a stream of the KV cache
/// of its own, so its cells lie alike whoever else is there (bit-identical logits) and a poisoned one cannot reach the others. Used by one
/// thread at a time.
/// </summary>
internal sealed class DecodeContext : IDisposable
{
    private readonly SafeLLamaContextHandle _context;
    private readonly AbortFlag _abort = new();
    private readonly int _embeddingSize;
    private readonly LanguageAdapter? _adapter;
    private readonly LLamaSeqId _spare;

    // One for each kind of decode: a batch pins all that it ever held, and a step must not pay for the longest prompt.
    private readonly LLamaBatch _prompt = new();
    private readonly LLamaBatch _step = new();
    private readonly LLamaBatchEmbeddings _embeddings;
    private readonly List<(StepEntry Entry, int Output)> _starts = []; // of the prompts of a decode
    private bool[] _hasLogits = [];

    /// <param name="model">The model.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="contextLength">Positions of a sequence.</param>
    /// <param name="adapter">The model's adapter that <see cref="Adapted"/> switches; null for none.</param>
    public DecodeContext(LlamaModel model, GenerationOptions options, int contextLength, LanguageAdapter? adapter = null)
    {
        _adapter = adapter;
        _embeddingSize = model.Info.EmbeddingSize;
        _embeddings = new LLamaBatchEmbeddings(_embeddingSize);
        Sequences = options.Sequences;
        _spare = (LLamaSeqId)Sequences;
        // llama.cpp takes no more than its cells hold.
        BatchSize = Math.Min(Math.Max(Math.Max(options.PrefillChunk, options.PrefillAlone), options.Sequences), ContextParameters.Cells(options, contextLength));

        var parameters = ContextParameters.Create(options, contextLength, BatchSize);
        parameters.abort_callback = AbortFlag.Callback;
        parameters.abort_callback_user_data = _abort.State;
        using var log = new LlamaLog.Listener(model.Warnings);
        _context = SafeLLamaContextHandle.Create(model.Handle, parameters);
        if (_context.IsInvalid)
        {
            // It is no context that could be asked anything, and disposing it would not give back its hold on the model.
            model.Handle.DangerousRelease();
        }

        if (_context.IsInvalid || _context.ContextSize / ContextParameters.Streams(options) < contextLength || _context.BatchSize < BatchSize)
        {
            Dispose();
            throw new LlamaException(
                $"llama.cpp makes no context of {Sequences} x {contextLength} positions: {(log.Text.Length > 0 ? log.Text : "it gives no reason")}. " +
                "Fewer sequences or positions need less memory.");
        }
    }

    /// <summary>Sequence ids are 0..Sequences-1.</summary>
    public int Sequences { get; }

    /// <summary>The most positions of one decode.</summary>
    public int BatchSize { get; }

    /// <summary>
    /// Whether the next decodes compute with the adapter; at first they do not. A change makes llama.cpp plan its graphs and buffers anew, so it is
    /// made between the decodes of a round as seldom as can be.
    /// </summary>
    /// <exception cref="InvalidOperationException">There is no adapter.</exception>
    /// <exception cref="LlamaException">llama.cpp does not change it.</exception>
    public bool Adapted
    {
        get;
        set
        {
            if (value == field)
            {
                return;
            }

            if (_adapter is null)
            {
                throw new InvalidOperationException("This context has no adapter.");
            }

            if (!LlamaExports.SetLora(_context, value ? _adapter.Handle : 0))
            {
                throw new LlamaException($"llama.cpp does not {(value ? "apply" : "leave out")} the language adapter '{_adapter.Path}'.");
            }

            field = value;
        }
    }

    /// <summary>Threads of a step of one token; larger batches have their own. With flash attention the last bits of the logits depend on it.</summary>
    public int StepThreads
    {
        get => _context.GenerationThreads;
        set => _context.GenerationThreads = value;
    }

    /// <summary>Threads of a batch of several positions.</summary>
    public int BatchThreads => _context.BatchThreads;

    /// <summary>The milliseconds of a step of one token with so many threads, measured in an empty sequence 0.</summary>
    public double MeasureStep(int threads)
    {
        StepThreads = threads;
        var best = double.PositiveInfinity;
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            DecodeStep([new StepEntry(LLamaSeqId.Zero, 0, 0)], CancellationToken.None);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Truncate(LLamaSeqId.Zero, 0);
        }

        return best;
    }

    /// <summary>Computes tokens of one sequence.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="start">The first position; the sequence holds 0..start-1.</param>
    /// <param name="tokens">1..BatchSize of them.</param>
    /// <param name="lastLogits">Whether the logits of the last position are wanted.</param>
    /// <param name="cancellationToken">Stops inside the computation; the positions are then not part of the sequence.</param>
    /// <returns>Anything but Ok leaves the sequence as it was.</returns>
    public DecodeResult DecodeTokens(LLamaSeqId sequence, int start, ReadOnlySpan<LLamaToken> tokens, bool lastLogits, CancellationToken cancellationToken)
    {
        CheckCount(tokens.Length);
        BeginPrompts();
        AddPrompt(sequence, start, tokens, lastLogits);
        return DecodePrompts(cancellationToken);
    }

    /// <summary>Begins a decode of the tokens of several prompts, each of a sequence of its own.</summary>
    public void BeginPrompts()
    {
        _prompt.Clear();
        _starts.Clear();
    }

    /// <summary>Adds tokens of a prompt to the decode, like <see cref="DecodeTokens"/>.</summary>
    /// <returns>The place of the last one among the outputs.</returns>
    public int AddPrompt(LLamaSeqId sequence, int start, ReadOnlySpan<LLamaToken> tokens, bool lastLogits)
    {
        CheckSequence(sequence);
        CheckCount(_prompt.TokenCount + tokens.Length);
        _starts.Add((new StepEntry(sequence, start, 0), lastLogits ? _prompt.TokenCount + tokens.Length - 1 : -1));
        for (var i = 0; i < tokens.Length; i++)
        {
            _prompt.Add(tokens[i], start + i, sequence, lastLogits && i == tokens.Length - 1);
        }

        return _prompt.TokenCount - 1;
    }

    /// <summary>Computes what was added.</summary>
    /// <param name="cancellationToken">Stops inside the computation; none of the positions is then part of its sequence.</param>
    /// <returns>Anything but Ok leaves the sequences as they were.</returns>
    public DecodeResult DecodePrompts(CancellationToken cancellationToken)
    {
        _hasLogits = new bool[_prompt.TokenCount];
        foreach (var (_, output) in _starts.Where(start => start.Output >= 0))
        {
            _hasLogits[output] = true;
        }

        using var watch = _abort.Watch(cancellationToken);
        return Checked(_context.Decode(_prompt), [.. _starts.Select(start => start.Entry)]);
    }

    /// <summary>Computes input embeddings of one sequence, like <see cref="DecodeTokens"/>.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="start">The first position; the sequence holds 0..start-1.</param>
    /// <param name="embeddings">[n, d] with n in 1..BatchSize, finite.</param>
    /// <param name="lastLogits">Whether the logits of the last position are wanted.</param>
    /// <param name="cancellationToken">Stops inside the computation; the positions are then not part of the sequence.</param>
    /// <returns>Anything but Ok leaves the sequence as it was.</returns>
    public DecodeResult DecodeEmbeddings(
        LLamaSeqId sequence, int start, ReadOnlySpan<float> embeddings, bool lastLogits, CancellationToken cancellationToken)
    {
        CheckSequence(sequence);
        var count = embeddings.Length / _embeddingSize;
        CheckCount(count);
        if (embeddings.Length % _embeddingSize != 0 || !Finite.All(embeddings))
        {
            throw new InvalidOperationException($"Embeddings must be whole rows of {_embeddingSize} finite numbers.");
        }

        _embeddings.Clear();
        for (var i = 0; i < count; i++)
        {
            _embeddings.Add(embeddings.Slice(i * _embeddingSize, _embeddingSize), start + i, sequence, lastLogits && i == count - 1);
        }

        _hasLogits = new bool[count];
        _hasLogits[^1] = lastLogits;
        using var watch = _abort.Watch(cancellationToken);
        return Checked(_context.Decode(_embeddings), [new StepEntry(sequence, start, 0)]);
    }

    /// <summary>Computes one token each of several sequences and the logits of all; output i belongs to entry i.</summary>
    /// <param name="entries">1..BatchSize of them.</param>
    /// <param name="cancellationToken">Stops inside the computation.</param>
    /// <returns>Anything but Ok leaves the sequences as they were.</returns>
    public DecodeResult DecodeStep(ReadOnlySpan<StepEntry> entries, CancellationToken cancellationToken)
    {
        CheckCount(entries.Length);
        _step.Clear();
        foreach (var entry in entries)
        {
            CheckSequence(entry.Sequence);
            _step.Add(entry.Token, entry.Position, entry.Sequence, logits: true);
        }

        _hasLogits = new bool[entries.Length];
        Array.Fill(_hasLogits, true);
        using var watch = _abort.Watch(cancellationToken);
        return Checked(_context.Decode(_step), entries);
    }

    /// <summary>The logits of a position of the last decode, by its place in the batch. [vocabulary], valid until the next decode.</summary>
    public ReadOnlySpan<float> Logits(int output)
    {
        CheckOutput(output);
        return _context.GetLogitsIth(output);
    }

    /// <summary>Chooses a token from the logits of a position of the last decode, by its place in the batch.</summary>
    public LLamaToken Sample(SafeLLamaSamplerChainHandle sampler, int output)
    {
        // Sampling where there are no logits ends the process.
        CheckOutput(output);
        return sampler.Sample(_context, output);
    }

    /// <summary>Keeps positions 0..length-1 of a sequence and forgets the rest.</summary>
    /// <exception cref="LlamaException">The positions are still there.</exception>
    public void Truncate(LLamaSeqId sequence, int length)
    {
        CheckSequence(sequence);
        _context.MemorySequenceRemove(sequence, length, -1);
        // LLamaSharp does not tell whether llama.cpp did it.
        if (_context.MemorySequenceMaxPosition(sequence).Value >= length)
        {
            throw new LlamaException($"llama.cpp does not shorten sequence {(int)sequence} to {length} positions.");
        }
    }

    /// <summary>Replaces a sequence by the first positions of another one.</summary>
    public void CopyPrefix(LLamaSeqId source, LLamaSeqId target, int length)
    {
        CheckSequence(source);
        Truncate(target, 0);
        // Between streams only whole copies are allowed; a partial one ends the process.
        _context.MemorySequenceCopy(source, target, -1, -1);
        Truncate(target, length);
    }

    /// <summary>Lets two sequences change places. Costs up to three copies of a sequence's part of the KV cache.</summary>
    /// <param name="first">One.</param>
    /// <param name="firstLength">Its positions.</param>
    /// <param name="second">The other.</param>
    /// <param name="secondLength">Its positions.</param>
    public void Swap(LLamaSeqId first, int firstLength, LLamaSeqId second, int secondLength)
    {
        CheckSequence(first);
        CheckSequence(second);
        if (firstLength > 0 && secondLength > 0)
        {
            Move(first, _spare);
            Move(second, first);
            Move(_spare, second);
        }
        else if (firstLength > 0)
        {
            Move(first, second);
        }
        else if (secondLength > 0)
        {
            Move(second, first);
        }

        void Move(LLamaSeqId from, LLamaSeqId to)
        {
            _context.MemorySequenceCopy(from, to, -1, -1);
            _context.MemorySequenceRemove(from, 0, -1);
        }
    }

    /// <summary>Forgets everything and zeroes the buffers, which is the only cure of cells that became NaN.</summary>
    public void ClearAll() => _context.MemoryClear(data: true);

    public void Dispose()
    {
        _context.Dispose();
        _abort.Dispose();
    }

    /// <summary>What of a failed batch was computed must not stay as a sequence's continuation.</summary>
    private DecodeResult Checked(DecodeResult result, ReadOnlySpan<StepEntry> starts)
    {
        if (result != DecodeResult.Ok)
        {
            _hasLogits = [];
            foreach (var start in starts)
            {
                Truncate(start.Sequence, start.Position.Value);
            }
        }

        return result;
    }

    private void CheckSequence(LLamaSeqId sequence) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)(int)sequence, (uint)Sequences, nameof(sequence));

    private void CheckCount(int count)
    {
        if (count < 1 || count > BatchSize)
        {
            throw new InvalidOperationException($"A decode takes 1..{BatchSize} positions, not {count}.");
        }
    }

    private void CheckOutput(int output)
    {
        if ((uint)output >= (uint)_hasLogits.Length || !_hasLogits[output])
        {
            throw new InvalidOperationException($"The last decode has no logits at {output}.");
        }
    }
}
