using System.Diagnostics;
using SparseClip.Vlm.Llama.Handles;
using SparseClip.Vlm.Llama.Interop;
using SparseClip.Vlm.Llama.Models;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// A llama.cpp context behind guards: whatever would end the process natively is an exception here. Each sequence has a stream of the KV cache
/// of its own, so its cells lie alike whoever else is there (bit-identical logits) and a poisoned one cannot reach the others. Used by one
/// thread at a time.
/// </summary>
internal sealed unsafe class DecodeContext : IDisposable
{
    private readonly LlamaContextHandle _context;
    private readonly nint _memory;
    private readonly int _vocabulary;
    private readonly int _embeddingSize;
    private readonly AbortFlag _abort = new();
    private bool[] _hasLogits = [];

    /// <param name="model">The model.</param>
    /// <param name="options">Checked already.</param>
    /// <param name="contextLength">Positions of a sequence.</param>
    public DecodeContext(LlamaModel model, GenerationOptions options, int contextLength)
    {
        _vocabulary = model.Info.VocabularySize;
        _embeddingSize = model.Info.EmbeddingSize;
        Sequences = options.Sequences;
        BatchSize = Math.Max(options.PrefillChunk, options.Sequences);

        var parameters = ContextParameters.Create(options, contextLength, BatchSize);
        parameters.abort_callback = AbortFlag.Callback;
        parameters.abort_callback_data = _abort.State;
        using var log = Loading.LlamaLog.Capture();
        _context = new LlamaContextHandle(model.Handle, parameters);
        if (_context.IsInvalid || LlamaNative.llama_n_ctx_seq(_context) < contextLength || LlamaNative.llama_n_batch(_context) < BatchSize)
        {
            var reason = log.Text.Length > 0 ? log.Text : "it gives no reason";
            Dispose();
            throw new LlamaException(
                $"llama.cpp makes no context of {Sequences} x {contextLength} positions: {reason}. Fewer sequences or positions need less memory.");
        }

        _memory = LlamaNative.llama_get_memory(_context);
    }

    /// <summary>Sequence ids are 0..Sequences-1.</summary>
    public int Sequences { get; }

    /// <summary>The most positions of one decode.</summary>
    public int BatchSize { get; }

    /// <summary>Threads of the following decodes. The logits are the same bits whatever it is.</summary>
    public void SetThreads(int threads) => LlamaNative.llama_set_n_threads(_context, threads, threads);

    /// <summary>The milliseconds of a step of one token with so many threads, measured in an empty sequence 0.</summary>
    public double MeasureStep(int threads)
    {
        SetThreads(threads);
        var best = double.PositiveInfinity;
        for (var i = 0; i < 3; i++)
        {
            var started = Stopwatch.GetTimestamp();
            DecodeRun(0, 0, [0], [], lastLogits: true, CancellationToken.None);
            best = Math.Min(best, Stopwatch.GetElapsedTime(started).TotalMilliseconds);
            Truncate(0, 0);
        }

        return best;
    }

    /// <summary>Computes positions of one sequence, all tokens or all embeddings.</summary>
    /// <param name="sequence">Which sequence.</param>
    /// <param name="start">The first position; the sequence holds 0..start-1.</param>
    /// <param name="tokens">The token ids; empty when embeddings are given.</param>
    /// <param name="embeddings">[n, d], finite; empty when tokens are given.</param>
    /// <param name="lastLogits">Whether the logits of the last position are wanted.</param>
    /// <param name="cancellationToken">Stops inside the computation; the positions are then not part of the sequence.</param>
    /// <returns>0, or llama.cpp's code: 1 no room, 2 aborted, negative for anything else. The sequence is then as before.</returns>
    public int DecodeRun(
        int sequence, int start, ReadOnlySpan<int> tokens, ReadOnlySpan<float> embeddings, bool lastLogits, CancellationToken cancellationToken)
    {
        CheckSequence(sequence);
        if (tokens.IsEmpty == embeddings.IsEmpty || embeddings.Length % _embeddingSize != 0)
        {
            throw new InvalidOperationException("A decode takes either tokens or whole embeddings.");
        }

        if (!Finite.All(embeddings))
        {
            throw new InvalidOperationException("Embeddings must be finite.");
        }

        var count = tokens.IsEmpty ? embeddings.Length / _embeddingSize : tokens.Length;
        var entries = new BatchEntry[count];
        for (var i = 0; i < count; i++)
        {
            entries[i] = new BatchEntry(sequence, start + i, lastLogits && i == count - 1);
        }

        return Decode(entries, tokens, embeddings, cancellationToken);
    }

    /// <summary>Computes one token each of several sequences and the logits of all; output i belongs to entry i.</summary>
    public int DecodeStep(ReadOnlySpan<BatchEntry> entries, ReadOnlySpan<int> tokens, CancellationToken cancellationToken) =>
        Decode(entries, tokens, [], cancellationToken);

    /// <summary>The logits of a position of the last decode, by its place in the batch. [vocabulary], valid until the next decode.</summary>
    public ReadOnlySpan<float> Logits(int output)
    {
        CheckOutput(output);
        return new ReadOnlySpan<float>(LlamaNative.llama_get_logits_ith(_context, output), _vocabulary);
    }

    /// <summary>Chooses a token from the logits of a position of the last decode, by its place in the batch.</summary>
    public int Sample(SamplerHandle sampler, int output)
    {
        CheckOutput(output);
        return LlamaNative.llama_sampler_sample(sampler, _context, output);
    }

    /// <summary>Keeps positions 0..length-1 of a sequence and forgets the rest.</summary>
    public void Truncate(int sequence, int length)
    {
        CheckSequence(sequence);
        if (!LlamaNative.llama_memory_seq_rm(_memory, sequence, length, -1))
        {
            throw new LlamaException($"llama.cpp does not shorten sequence {sequence} to {length} positions.");
        }
    }

    /// <summary>Replaces a sequence by the first positions of another one.</summary>
    public void CopyPrefix(int source, int target, int length)
    {
        CheckSequence(source);
        CheckSequence(target);
        // Between streams only whole copies are allowed; a partial one ends the process.
        LlamaNative.llama_memory_seq_rm(_memory, target, -1, -1);
        LlamaNative.llama_memory_seq_cp(_memory, source, target, -1, -1);
        Truncate(target, length);
    }

    /// <summary>Forgets everything and zeroes the buffers, which is the only cure of cells that became NaN.</summary>
    public void ClearAll() => LlamaNative.llama_memory_clear(_memory, true);

    public void Dispose()
    {
        _context?.Dispose();
        _abort.Dispose();
    }

    private int Decode(
        ReadOnlySpan<BatchEntry> entries, ReadOnlySpan<int> tokens, ReadOnlySpan<float> embeddings, CancellationToken cancellationToken)
    {
        var n = entries.Length;
        if (n == 0 || n > BatchSize)
        {
            throw new InvalidOperationException($"A decode takes 1..{BatchSize} positions, not {n}.");
        }

        var positions = stackalloc int[n];
        var counts = stackalloc int[n];
        var ids = stackalloc int[n];
        var idPointers = stackalloc int*[n];
        var outputs = stackalloc sbyte[n];
        _hasLogits = new bool[n];
        for (var i = 0; i < n; i++)
        {
            CheckSequence(entries[i].Sequence);
            positions[i] = entries[i].Position;
            counts[i] = 1;
            ids[i] = entries[i].Sequence;
            idPointers[i] = ids + i;
            outputs[i] = entries[i].Logits ? (sbyte)1 : (sbyte)0;
            _hasLogits[i] = entries[i].Logits;
        }

        using var registration = _abort.Watch(cancellationToken);
        fixed (int* token = tokens)
        fixed (float* embedding = embeddings)
        {
            var code = LlamaNative.llama_decode(_context, new LlamaBatch
            {
                n_tokens = n,
                token = token,
                embd = embedding,
                pos = positions,
                n_seq_id = counts,
                seq_id = idPointers,
                logits = outputs,
            });
            if (code != 0)
            {
                _hasLogits = [];
                for (var i = 0; i < n; i++)
                {
                    // What of the batch was computed before the failure must not stay as a sequence's continuation.
                    LlamaNative.llama_memory_seq_rm(_memory, ids[i], positions[i], -1);
                }
            }

            return code;
        }
    }

    private void CheckSequence(int sequence) =>
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)sequence, (uint)Sequences, nameof(sequence));

    private void CheckOutput(int output)
    {
        if ((uint)output >= (uint)_hasLogits.Length || !_hasLogits[output])
        {
            throw new InvalidOperationException($"The last decode has no logits at {output}.");
        }
    }
}
