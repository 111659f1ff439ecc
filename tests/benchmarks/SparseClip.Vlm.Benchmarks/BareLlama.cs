using System.Diagnostics;
using LLama.Native;

namespace SparseClip.Vlm.Benchmarks;

/// <summary>
/// llama.cpp alone, in lockstep, as its own llama-batched-bench runs it and with the settings that llama-server has by default (n_batch 2,048, n_ubatch 512, flash attention as it chooses, the chain of a greedy
/// sampler): no queue, no stream, no cancelling, no check of what comes out. What an engine around it can reach.
/// </summary>
internal sealed class BareLlama : IDisposable
{
    private const int BatchSize = 2048, MicroBatch = 512;
    private readonly SafeLlamaModelHandle _model;
    private readonly SafeLLamaContextHandle _context;
    private readonly LLamaBatch _batch = new();

    /// <param name="path">The model; the libraries are loaded already.</param>
    /// <param name="sequences">The most conversations at once.</param>
    /// <param name="contextLength">Positions of each.</param>
    /// <param name="threads">Threads of every decode.</param>
    public BareLlama(string path, int sequences, int contextLength, int threads)
    {
        _model = SafeLlamaModelHandle.LoadFromFile(path, LLamaModelParams.Default());
        var parameters = LLamaContextParams.Default();
        parameters.n_ctx = (uint)(sequences * contextLength);
        parameters.n_batch = BatchSize;
        parameters.n_ubatch = MicroBatch;
        parameters.n_seq_max = (uint)sequences;
        parameters.n_threads = parameters.n_threads_batch = threads;
        parameters.llama_flash_attn_type = LLamaFlashAttentionType.LLAMA_FLASH_ATTENTION_TYPE_AUTO;
        _context = SafeLLamaContextHandle.Create(_model, parameters);
    }

    /// <summary>Reads a prompt for each conversation and answers with so many tokens, one of each a step.</summary>
    /// <param name="prompts">The prompts, of one length.</param>
    /// <param name="answer">Tokens of each answer.</param>
    /// <returns>Seconds until the first token of all, and from there on.</returns>
    public (double Prefill, double Decode) Run(IReadOnlyList<int[]> prompts, int answer)
    {
        _context.MemoryClear(data: false);
        using var sampler = SafeLLamaSamplerChainHandle.Create(LLamaSamplerChainParams.Default());
        sampler.AddGreedySampler();
        var started = Stopwatch.GetTimestamp();
        var next = new LLamaToken[prompts.Count];
        var perBatch = Math.Max(1, BatchSize / prompts[0].Length);
        foreach (var group in Enumerable.Range(0, prompts.Count).Chunk(perBatch))
        {
            _batch.Clear();
            foreach (var sequence in group)
            {
                for (var i = 0; i < prompts[sequence].Length; i++)
                {
                    _batch.Add(prompts[sequence][i], i, (LLamaSeqId)sequence, i == prompts[sequence].Length - 1);
                }
            }

            Decode();
            foreach (var (place, sequence) in group.Index())
            {
                next[sequence] = sampler.Sample(_context, ((place + 1) * prompts[sequence].Length) - 1);
            }
        }

        var prefill = Stopwatch.GetElapsedTime(started).TotalSeconds;
        for (var step = 1; step < answer; step++)
        {
            _batch.Clear();
            for (var sequence = 0; sequence < prompts.Count; sequence++)
            {
                _batch.Add(next[sequence], prompts[sequence].Length + step - 1, (LLamaSeqId)sequence, true);
            }

            Decode();
            for (var sequence = 0; sequence < prompts.Count; sequence++)
            {
                next[sequence] = sampler.Sample(_context, sequence);
            }
        }

        return (prefill, Stopwatch.GetElapsedTime(started).TotalSeconds - prefill);
    }

    public void Dispose()
    {
        _context.Dispose();
        _model.Dispose();
    }

    private void Decode()
    {
        if (_context.Decode(_batch) is not DecodeResult.Ok and var result)
        {
            throw new InvalidOperationException($"llama.cpp could not decode ({result}).");
        }
    }
}
