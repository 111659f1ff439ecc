using System.Diagnostics;
using LLama.Native;
using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// The work of the engine's thread: gives waiting conversations a sequence, and in each step computes one batch of prompts and one
/// token of every running answer, so that a long prompt does not starve the answers. What computes with the adapter and what does not never meet in
/// one decode; within a round the kind that ran last goes first, so that the context changes once a round at most.
/// </summary>
internal sealed class DecodeScheduler(
    DecodeContext context, GenerationOptions options, int contextLength, ThreadTuner? tuner, Action<Conversation> ended, CancellationToken stopping)
{
    private readonly SlotTable _slots = new(context);
    private readonly LinkedList<Conversation> _waiting = [];
    private readonly List<Conversation> _live = [];

    public bool HasWork => _live.Count + _waiting.Count > 0;

    public void Enqueue(Conversation conversation) => _waiting.AddLast(conversation);

    /// <summary>One round; short enough that arrivals and cancellations are seen soon.</summary>
    public void Step()
    {
        DropCancelled();
        while (_waiting.First is { } first && _slots.TryAcquire(first.Value.Plan, first.Value.Deterministic, first.Value.Adapted) is { } slot)
        {
            _waiting.RemoveFirst();
            _live.Add(first.Value);
            first.Value.Start(slot);
        }

        var answering = _live.Where(c => !c.IsPrefilling).ToList();
        var prefilling = _live.Find(c => c.IsPrefilling);
        var latest = context.Adapted;
        foreach (var adapted in (bool[])[latest, !latest])
        {
            Round(prefilling?.Adapted == adapted ? prefilling : null, [.. answering.Where(c => c.Adapted == adapted)], MostOfPrompts(answering.Count));
        }
    }

    /// <summary>The prompt positions of a round: running answers are held up by one piece for each prompt that waits.</summary>
    private int MostOfPrompts(int answering)
    {
        var most = Math.Min(options.PrefillAlone, context.BatchSize);
        return answering == 0 ? most : Math.Min(most, options.PrefillChunk * Math.Max(1, _live.Count - answering));
    }

    /// <summary>The part of a round that computes alike, with the adapter or without.</summary>
    private void Round(Conversation? prefilling, IReadOnlyList<Conversation> answering, int mostOfPrompts)
    {
        if (prefilling is not null)
        {
            var batch = Together(prefilling, mostOfPrompts);
            Guard(prefilling, _ => Prefill(batch));
            foreach (var (conversation, _) in batch)
            {
                // To the end of the line: prompts take turns.
                if (_live.Remove(conversation))
                {
                    _live.Add(conversation);
                }
            }
        }

        foreach (var alone in answering.Where(c => c.Deterministic))
        {
            Guard(alone, c => Decode([c]));
        }

        Decode([.. answering.Where(c => !c.Deterministic)]);
    }

    /// <summary>Ends everything.</summary>
    public void FailAll(Exception error)
    {
        foreach (var conversation in _live.Concat(_waiting).ToList())
        {
            End(conversation, error);
        }
    }

    private void DropCancelled()
    {
        foreach (var conversation in _live.Concat(_waiting).Where(c => c.CancellationToken.IsCancellationRequested).ToList())
        {
            End(conversation, new OperationCanceledException(conversation.CancellationToken));
        }
    }

    /// <summary>A batch of a prompt and, where there is room in it, of those of others that may be computed together with it.</summary>
    private List<(Conversation Conversation, Chunk Chunk)> Together(Conversation first, int most)
    {
        var batch = new List<(Conversation Conversation, Chunk Chunk)> { (first, first.NextChunk(most)) };
        if (first.Deterministic || batch[0].Chunk.EmbeddingRow >= 0)
        {
            return batch;
        }

        var left = most - batch[0].Chunk.Length;
        foreach (var other in _live.Where(c => c != first && c.IsPrefilling && !c.Deterministic && c.Adapted == first.Adapted))
        {
            // A piece of a prompt would be a batch of its own again.
            if (other.NextChunk(int.MaxValue) is { EmbeddingRow: < 0 } chunk && chunk.Length <= left)
            {
                batch.Add((other, chunk));
                left -= chunk.Length;
            }
        }

        return [.. batch.OrderBy(one => (int)one.Conversation.Slot!.Sequence)];
    }

    private void Prefill(List<(Conversation Conversation, Chunk Chunk)> batch)
    {
        var (first, chunk) = batch[0];
        context.Adapted = first.Adapted;
        var outputs = new int[batch.Count];
        DecodeResult result;
        if (chunk.EmbeddingRow >= 0)
        {
            outputs[0] = chunk.Length - 1;
            result = context.DecodeEmbeddings(first.Slot!.Sequence, chunk.Start, first.Plan.EmbeddingsOf(chunk), IsLast(first, chunk), first.CancellationToken);
        }
        else
        {
            context.BeginPrompts();
            for (var i = 0; i < batch.Count; i++)
            {
                var (conversation, part) = batch[i];
                outputs[i] = context.AddPrompt(conversation.Slot!.Sequence, part.Start, conversation.Plan.TokensOf(part), IsLast(conversation, part));
            }

            using var cancelled = CancellationTokenSource.CreateLinkedTokenSource([.. batch.Select(one => one.Conversation.CancellationToken)]);
            result = context.DecodePrompts(cancelled.Token);
        }

        if (result == DecodeResult.ComputeAborted)
        {
            // Whoever is not the one that left begins this batch again.
            DropCancelled();
        }
        else if (result != DecodeResult.Ok && batch.Count > 1)
        {
            // One of them is to blame; alone, the others go on.
            foreach (var one in batch)
            {
                Guard(one.Conversation, _ => Prefill([one]));
            }
        }
        else if (result != DecodeResult.Ok)
        {
            End(first, Failure(result, $"positions {chunk.Start}..{chunk.End - 1} of the prompt"));
        }
        else
        {
            for (var i = 0; i < batch.Count; i++)
            {
                var ((conversation, part), output) = (batch[i], outputs[i]);
                Guard(conversation, c => Prefilled(c, part, output));
            }
        }
    }

    private void Prefilled(Conversation conversation, Chunk chunk, int output)
    {
        conversation.Computed(chunk);
        if (IsLast(conversation, chunk))
        {
            Advance(conversation, output);
        }
    }

    private static bool IsLast(Conversation conversation, Chunk chunk) => chunk.End == conversation.Plan.Length;

    private void Decode(IReadOnlyList<Conversation> conversations)
    {
        if (conversations.Count == 0)
        {
            return;
        }

        _slots.Gather([.. conversations.Select(c => c.Slot!)]);
        // llama.cpp computes together what comes in the order of its sequences.
        List<Conversation> group = [.. conversations.OrderBy(c => (int)c.Slot!.Sequence)];
        var entries = group.Select(c => new StepEntry(c.Slot!.Sequence, c.Slot.Positions.Count, c.PendingToken!.Value)).ToArray();
        context.Adapted = group[0].Adapted;
        var isTuned = tuner is not null && !group[0].Deterministic;
        context.StepThreads = isTuned ? tuner!.Threads : context.BatchThreads;
        var started = Stopwatch.GetTimestamp();
        var result = context.DecodeStep(entries, stopping);
        if (isTuned && entries.Length == 1)
        {
            tuner!.Report(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        if (result == DecodeResult.Ok)
        {
            EngineMetrics.Step(group.Count);
            for (var i = 0; i < group.Count; i++)
            {
                var output = i;
                Guard(group[i], c =>
                {
                    c.Computed();
                    Advance(c, output);
                });
            }
        }
        else if (group.Count == 1)
        {
            End(group[0], Failure(result, $"position {group[0].Slot!.Positions.Count}"));
        }
        else
        {
            // One of them is to blame; alone, the others go on.
            foreach (var conversation in group)
            {
                Guard(conversation, c => Decode([c]));
            }
        }
    }

    private void Advance(Conversation conversation, int output)
    {
        if (!Finite.All(context.Logits(output)))
        {
            conversation.Slot!.Poisoned = true;
            End(conversation, new LlamaException("The model's logits are not finite for this prompt; its embeddings are too large or the weights are damaged."));
        }
        else if (!conversation.Advance(context, output, contextLength))
        {
            End(conversation, null);
        }
    }

    /// <summary>Keeps a failure of one conversation from reaching the others.</summary>
    private void Guard(Conversation conversation, Action<Conversation> work)
    {
        try
        {
            work(conversation);
        }
        catch (Exception e) when (e is LlamaException or GrammarException or InvalidOperationException or ArgumentException)
        {
            End(conversation, e);
        }
    }

    private void End(Conversation conversation, Exception? error)
    {
        _live.Remove(conversation);
        _waiting.Remove(conversation);
        if (conversation.Slot is { } slot)
        {
            _slots.Release(slot);
        }

        if (error is not null)
        {
            conversation.Fail(error);
        }

        conversation.Dispose();
        ended(conversation);
    }

    private static LlamaException Failure(DecodeResult result, string where) => new($"llama.cpp could not compute {where} ({result}).");
}
