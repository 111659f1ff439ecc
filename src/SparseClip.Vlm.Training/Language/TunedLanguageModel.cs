using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Training.Adapter;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Language;

/// <summary>
/// The language model with a low-rank adaptation in training: the cross-entropy of the answers' tokens with its gradient on the adaptation, and greedy answers.
/// </summary>
/// <remarks>
/// What stands before every picture is computed once a step, as the adaptation is then, for all dialogues; no gradient goes back through it. Micro-batches are computed side by side, each by
/// one thread: that needs no waiting for one another within an operation.
/// </remarks>
/// <param name="language">The frozen language model; not owned.</param>
/// <param name="lora">The adaptation; not owned.</param>
/// <param name="beginning">The tokens before the picture.</param>
/// <param name="microBatch">Dialogues that pass the language model at once, 1 or more.</param>
public sealed class TunedLanguageModel(LlamaForCausalLM language, LlamaLora lora, IReadOnlyList<int> beginning, int microBatch)
{
    /// <summary>The tokens at the beginning of an answer that count more: they decide between yes and no, and whether a premise is corrected; the rest follows from them.</summary>
    private const int OpeningTokens = 3;

    private const float OpeningWeight = 3;

    /// <summary>The loss of the answers about a batch of pictures.</summary>
    /// <param name="embeddings">[B, slots, d] float32</param>
    /// <param name="dialogues">[B]</param>
    /// <returns>The loss, in which the first tokens of an answer count more and whose gradient goes to the adaptation, belongs to the caller's dispose scope.</returns>
    public AnswerLoss Loss(Tensor embeddings, IReadOnlyList<DialogueTokens> dialogues)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(dialogues);
        using var scope = NewDisposeScope();
        var folded = lora.Fold();
        var tokens = dialogues.Sum(dialogue => dialogue.Answers.Count);
        var total = dialogues.Sum(dialogue => Weights(dialogue).Sum());
        double loss = 0;
        long right = 0;
        using var before = Beginning(folded);
        var chunks = Enumerable.Range(0, dialogues.Count).OrderByDescending(i => dialogues[i].Ids.Count).Chunk(microBatch).ToList();
        var threads = get_num_threads();
        Parallel.ForEach(chunks, new ParallelOptions { MaxDegreeOfParallelism = Math.Min(Environment.ProcessorCount, chunks.Count) }, chunk =>
        {
            set_num_threads(1);
            using var micro = NewDisposeScope();
            var (sum, hits) = Backward(embeddings.index_select(0, tensor(chunk.Select(i => (long)i).ToArray())), [.. chunk.Select(i => dialogues[i])], total, before, folded);
            lock (chunks)
            {
                loss += sum;
                right += hits;
            }
        });
        set_num_threads(threads);

        // The surrogate has the right gradient and a value of no meaning: it is exchanged for the loss.
        var surrogate = folded.Surrogate();
        var value = (surrogate - surrogate.detach()).Plus(loss / total);
        return new AnswerLoss(value.MoveToOuterDisposeScope(), right / (double)tokens, tokens);
    }

    /// <summary>Answers greedily, one open dialogue a picture.</summary>
    /// <param name="embeddings">[B, slots, d]</param>
    /// <param name="asked">The tokens after each picture. [B]</param>
    /// <param name="most">The most tokens of an answer.</param>
    /// <param name="end">The token that ends an answer.</param>
    /// <returns>The tokens of each answer, without the one that ends it.</returns>
    public IReadOnlyList<IReadOnlyList<int>> Answer(Tensor embeddings, IReadOnlyList<IReadOnlyList<int>> asked, int most, int end)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(asked);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var folded = lora.Fold();
        var count = (int)embeddings.shape[0];
        var answers = Enumerable.Range(0, count).Select(_ => new List<int>()).ToArray();
        var isDone = new bool[count];
        using var cache = new LlamaCache();
        var (next, mask) = Padded(embeddings, asked);
        for (var step = 0; step < most && isDone.Contains(false); step++)
        {
            using var inner = NewDisposeScope();
            var states = language.Forward(next, mask, cache, folded);
            var chosen = language.Logits(states.select(1, states.shape[1] - 1)).argmax(1);
            var ids = chosen.ToHost().data<long>().ToArray();
            for (var i = 0; i < count; i++)
            {
                isDone[i] |= ids[i] == end;
                if (!isDone[i])
                {
                    answers[i].Add((int)ids[i]);
                }
            }

            next = language.Embed(chosen).unsqueeze(1).MoveToOuterDisposeScope();
            mask = cat([mask, ones([count, 1], mask.dtype)], 1).MoveToOuterDisposeScope();
        }

        return answers;
    }

    /// <summary>Dialogues that end together: padding stands before the shorter ones. Rotary positions are relative, so that changes nothing.</summary>
    /// <returns>[B, T, d] and, where something may be seen, [B, T].</returns>
    private (Tensor Inputs, Tensor Mask) Padded(Tensor embeddings, IReadOnlyList<IReadOnlyList<int>> asked)
    {
        var longest = asked.Max(ids => ids.Count);
        var before = language.Embed(Ids(beginning));
        var rows = new List<Tensor>();
        var mask = new List<Tensor>();
        foreach (var (i, ids) in asked.Index())
        {
            var padding = longest - ids.Count;
            rows.Add(cat([zeros(padding, before.shape[1]), before, embeddings[i], language.Embed(Ids(ids))], 0));
            mask.Add(cat([zeros([padding], ScalarType.Int64), ones([rows[^1].shape[0] - padding], ScalarType.Int64)], 0));
        }

        return (stack([.. rows]), stack([.. mask]));
    }

    /// <summary>The summed weighted loss of some dialogues and the tokens that were right; the gradient of the loss over <paramref name="total"/> is collected.</summary>
    private (double Loss, long Right) Backward(Tensor embeddings, DialogueTokens[] dialogues, float total, LlamaCache before, FoldedLora folded)
    {
        using var scope = NewDisposeScope();
        var count = dialogues.Length;
        var (ids, rows) = DialogueLayout.Make(dialogues, (int)embeddings.shape[1]);

        // Padding on the right needs no mask under causal attention.
        using var tape = new LlamaTape();
        var text = language.Embed(tensor(ids, [count, ids.Length / count]));
        var states = language.Forward(cat([embeddings, text], 1), before, tape, folded);
        var chosen = tensor(rows);
        var answering = states.flatten(0, 1).index_select(0, chosen).requires_grad_(true);
        var logits = language.Logits(answering);
        var targets = tensor(dialogues.SelectMany(dialogue => dialogue.Answers.Select(at => (long)dialogue.Ids[at])).ToArray());
        var weights = tensor(dialogues.SelectMany(Weights).ToArray());
        var sum = (nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.None) * weights).sum();
        sum.Over(total).backward();

        var onStates = zeros_like(states);
        onStates.view(-1, states.shape[2]).index_copy_(0, chosen, answering.grad!);
        language.Backward(onStates, tape);
        var right = logits.detach().argmax(1).eq(targets).sum().item<long>();
        return (sum.item<float>(), right);
    }

    /// <summary>How much each token of the answers counts.</summary>
    internal static IEnumerable<float> Weights(DialogueTokens dialogue)
    {
        var place = 0;
        for (var i = 0; i < dialogue.Answers.Count; i++)
        {
            place = i > 0 && dialogue.Answers[i] == dialogue.Answers[i - 1] + 1 ? place + 1 : 0;
            yield return place < OpeningTokens ? OpeningWeight : 1;
        }
    }

    private LlamaCache Beginning(FoldedLora folded)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var cache = new LlamaCache();
        language.Forward(language.Embed(Ids(beginning)).unsqueeze(0), cache: cache, lora: folded);
        cache.Fix();
        return cache;
    }

    private static Tensor Ids(IReadOnlyList<int> ids) => tensor(ids.Select(id => (long)id).ToArray());
}
