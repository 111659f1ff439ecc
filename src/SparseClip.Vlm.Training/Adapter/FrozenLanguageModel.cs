using SparseClip.Vlm.Modeling;
using SparseClip.Vlm.Modeling.Llama;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Adapter;

/// <summary>
/// The frozen language model behind an adapter: the cross-entropy of the answers' tokens, given the pictures' embeddings and the dialogues so far, with its gradient on the
/// embeddings; and greedy answers. What stands before every picture is computed once.
/// </summary>
public sealed class FrozenLanguageModel : IDisposable
{
    private readonly LlamaForCausalLM _language;
    private readonly LlamaCache _beginning = new();
    private readonly int _microBatch;

    /// <param name="language">The language model; not owned.</param>
    /// <param name="beginning">The tokens before the picture.</param>
    /// <param name="microBatch">Pictures that pass the language model at once, 1 or more.</param>
    public FrozenLanguageModel(LlamaForCausalLM language, IReadOnlyList<int> beginning, int microBatch)
    {
        ArgumentNullException.ThrowIfNull(language);
        ArgumentNullException.ThrowIfNull(beginning);
        ArgumentOutOfRangeException.ThrowIfLessThan(microBatch, 1);
        _language = language;
        _microBatch = microBatch;
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        language.Forward(language.Embed(tensor(beginning.Select(id => (long)id).ToArray()).unsqueeze(0)), cache: _beginning);
        _beginning.Fix();
    }

    /// <summary>The loss of the answers to a batch of pictures.</summary>
    /// <param name="embeddings">[B, slots, d] float32, with gradient.</param>
    /// <param name="dialogues">[B]</param>
    /// <returns>The loss belongs to the caller's dispose scope; its backward pass goes no further than the embeddings' own.</returns>
    public AnswerLoss Loss(Tensor embeddings, IReadOnlyList<DialogueTokens> dialogues)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        ArgumentNullException.ThrowIfNull(dialogues);
        using var scope = NewDisposeScope();
        var gradient = zeros_like(embeddings);
        var fixedEmbeddings = embeddings.detach();
        var total = dialogues.Sum(dialogue => dialogue.Answers.Count);
        double loss = 0;
        long right = 0;

        // The language model sees a few pictures at a time, those of like length together; the adapter's own gradient is taken once for all.
        foreach (var chunk in Enumerable.Range(0, dialogues.Count).OrderBy(i => dialogues[i].Ids.Count).Chunk(_microBatch))
        {
            using var micro = NewDisposeScope();
            var which = tensor(chunk.Select(i => (long)i).ToArray());
            var (sum, hits, inner) = Backward(fixedEmbeddings.index_select(0, which), [.. chunk.Select(i => dialogues[i])], total);
            gradient.index_copy_(0, which, inner);
            loss += sum;
            right += hits;
        }

        // The sum has the right gradient and a value of no meaning: it is exchanged for the loss.
        var surrogate = (embeddings * gradient).sum();
        var value = (surrogate - surrogate.detach()).Plus(loss / total);
        return new AnswerLoss(value.MoveToOuterDisposeScope(), right / (double)total, total);
    }

    /// <summary>Answers one question about each picture, greedily.</summary>
    /// <param name="embeddings">[B, slots, d]</param>
    /// <param name="question">The tokens after the picture.</param>
    /// <param name="most">The most tokens of an answer.</param>
    /// <param name="end">The token that ends an answer.</param>
    /// <returns>The tokens of each answer, without the one that ends it.</returns>
    public IReadOnlyList<IReadOnlyList<int>> Answer(Tensor embeddings, IReadOnlyList<int> question, int most, int end)
    {
        ArgumentNullException.ThrowIfNull(embeddings);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var count = embeddings.shape[0];
        var answers = Enumerable.Range(0, (int)count).Select(_ => new List<int>()).ToArray();
        var isDone = new bool[count];
        using var cache = _beginning.Branch(count);
        var asked = _language.Embed(tensor(question.Select(id => (long)id).ToArray())).unsqueeze(0).expand(count, -1, -1);
        var next = cat([embeddings, asked], 1);
        for (var step = 0; step < most && isDone.Contains(false); step++)
        {
            using var inner = NewDisposeScope();
            var states = _language.Forward(next, cache: cache);
            var chosen = _language.Logits(states.select(1, states.shape[1] - 1)).argmax(1);
            var ids = chosen.ToHost().data<long>().ToArray();
            for (var i = 0; i < count; i++)
            {
                isDone[i] |= ids[i] == end;
                if (!isDone[i])
                {
                    answers[i].Add((int)ids[i]);
                }
            }

            next = _language.Embed(chosen).unsqueeze(1).MoveToOuterDisposeScope();
        }

        return answers;
    }

    /// <inheritdoc />
    public void Dispose() => _beginning.Dispose();

    /// <summary>The summed loss of some dialogues, the tokens that were right, and the gradient of the loss over <paramref name="total"/>. [B, slots, d]</summary>
    private (double Loss, long Right, Tensor Gradient) Backward(Tensor embeddings, DialogueTokens[] dialogues, int total)
    {
        using var scope = NewDisposeScope();
        var slots = (int)embeddings.shape[1];
        var (ids, rows) = DialogueLayout.Make(dialogues, slots);

        // Padding on the right needs no mask under causal attention.
        using var tape = new LlamaTape();
        var text = _language.Embed(tensor(ids, [dialogues.Length, ids.Length / dialogues.Length]));
        var states = _language.Forward(cat([embeddings, text], 1), _beginning, tape);
        var chosen = tensor(rows);
        var answering = states.flatten(0, 1).index_select(0, chosen).requires_grad_(true);
        var logits = _language.Logits(answering);
        var targets = tensor(dialogues.SelectMany(dialogue => dialogue.Answers.Select(at => (long)dialogue.Ids[at])).ToArray());
        var sum = nn.functional.cross_entropy(logits, targets, reduction: nn.Reduction.Sum);
        sum.Over(total).backward();

        var onStates = zeros_like(states);
        onStates.view(-1, states.shape[2]).index_copy_(0, chosen, answering.grad!);
        var onInputs = _language.Backward(onStates, tape);
        var right = logits.detach().argmax(1).eq(targets).sum().item<long>();
        return (sum.item<float>(), right, onInputs.narrow(1, 0, slots).contiguous().MoveToOuterDisposeScope());
    }
}

/// <summary>How well a batch is answered.</summary>
/// <param name="Value">[] mean cross-entropy of an answer token in nats, with gradient.</param>
/// <param name="TokenAccuracy">The share of answer tokens that are the most probable ones, 0..1.</param>
/// <param name="Tokens">Answer tokens.</param>
public sealed record AnswerLoss(Tensor Value, double TokenAccuracy, int Tokens);
