using System.Diagnostics;
using LLama.Native;
using SparseClip.Vlm.Core.Grammars;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// The work of the engine's thread: gives waiting conversations a sequence, and in each step computes one batch of one prompt and one
/// token of every running answer, so that a long prompt does not starve the answers. What computes with the adapter and what does not never meet in
/// one decode; within a round the kind that ran last goes first, so that the context changes once a round at most.
/// </summary>
internal sealed class DecodeScheduler(
    DecodeContext context, int contextLength, ThreadTuner? tuner, Action<Conversation> ended, CancellationToken stopping)
{
    private readonly SlotTable _slots = new(context);
    private readonly LinkedList<Conversation> _waiting = [];
    private readonly List<Conversation> _live = [];

    public bool HasWork => _live.Count + _waiting.Count > 0;

    public void Enqueue(Conversation conversation) => _waiting.AddLast(conversation);

    /// <summary>One round; short enough that arrivals and cancellations are seen soon.</summary>
    public void Step()
    {
        if (tuner is not null)
        {
            context.StepThreads = tuner.Threads;
        }

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
            Round(prefilling?.Adapted == adapted ? prefilling : null, [.. answering.Where(c => c.Adapted == adapted)]);
        }
    }

    /// <summary>The part of a round that computes alike, with the adapter or without.</summary>
    private void Round(Conversation? prefilling, IReadOnlyList<Conversation> answering)
    {
        if (prefilling is not null)
        {
            Guard(prefilling, Prefill);
            // To the end of the line: prompts take turns.
            if (_live.Remove(prefilling))
            {
                _live.Add(prefilling);
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

    private void Prefill(Conversation conversation)
    {
        var chunk = conversation.NextChunk();
        var plan = conversation.Plan;
        var isLast = chunk.End == plan.Length;
        var sequence = conversation.Slot!.Sequence;
        context.Adapted = conversation.Adapted;
        var result = chunk.EmbeddingRow < 0
            ? context.DecodeTokens(sequence, chunk.Start, plan.TokensOf(chunk), isLast, conversation.CancellationToken)
            : context.DecodeEmbeddings(sequence, chunk.Start, plan.EmbeddingsOf(chunk), isLast, conversation.CancellationToken);
        if (result == DecodeResult.ComputeAborted)
        {
            End(conversation, new OperationCanceledException(conversation.CancellationToken));
        }
        else if (result != DecodeResult.Ok)
        {
            End(conversation, Failure(result, $"positions {chunk.Start}..{chunk.End - 1} of the prompt"));
        }
        else
        {
            conversation.Computed(chunk);
            if (isLast)
            {
                Advance(conversation, chunk.Length - 1);
            }
        }
    }

    private void Decode(IReadOnlyList<Conversation> group)
    {
        if (group.Count == 0)
        {
            return;
        }

        var entries = group.Select(c => new StepEntry(c.Slot!.Sequence, c.Slot.Positions.Count, c.PendingToken!.Value)).ToArray();
        context.Adapted = group[0].Adapted;
        var started = Stopwatch.GetTimestamp();
        var result = context.DecodeStep(entries, stopping);
        if (entries.Length == 1)
        {
            tuner?.Report(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }

        if (result == DecodeResult.Ok)
        {
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
