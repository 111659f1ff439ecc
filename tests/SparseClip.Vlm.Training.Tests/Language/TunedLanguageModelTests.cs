using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Language;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Language;

/// <summary>On the tiny language model of the fixtures (vocabulary 320, width 64).</summary>
[Collection(OneThread.Name)]
public sealed class TunedLanguageModelTests : IDisposable
{
    private static readonly int[] s_beginning = [5, 6, 7];
    private static readonly DialogueTokens[] s_dialogues = [new([9, 10, 11, 12, 13, 14, 15, 16], [2, 3, 4, 5, 7]), new([20, 21, 22], [1, 2])];
    private readonly LlamaForCausalLM _language = TinyLlama.Load("gqa-tied");
    private readonly LlamaLora _lora;

    public TunedLanguageModelTests() => _lora = new LlamaLora(_language, new LoraShape(4, 8, LlamaLora.Targets), 1);

    public void Dispose()
    {
        _lora.Dispose();
        _language.Dispose();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void The_loss_is_that_of_the_whole_sequences(int microBatch)
    {
        using var scope = NewDisposeScope();
        Learn();
        var embeddings = Embeddings();

        var loss = new TunedLanguageModel(_language, _lora, s_beginning, microBatch).Loss(embeddings, s_dialogues);

        Assert.Equal(7, loss.Tokens);
        Assert.Equal(Direct(embeddings), loss.Value.item<float>(), 1e-4);
    }

    [Fact]
    public void The_first_tokens_of_each_answer_count_more() => Assert.Equal(
        [3, 3, 3, 1, 1, 3, 3], TunedLanguageModel.Weights(new DialogueTokens([.. Enumerable.Range(0, 12)], [2, 3, 4, 5, 6, 9, 10])));

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var scope = NewDisposeScope();
        using var optimizer = new AdamW(0);
        optimizer.Add(_lora.Factors.Select(factor => new TrainedParameter(factor.Key, factor.Value, 1e-2)));
        var tuned = new TunedLanguageModel(_language, _lora, s_beginning, microBatch: 1);
        var losses = new List<float>();
        for (var step = 0; step <= 40; step++)
        {
            optimizer.ZeroGradients();
            var loss = tuned.Loss(Embeddings(), s_dialogues).Value;
            loss.backward();
            losses.Add(loss.item<float>());
            optimizer.Step(1);
        }

        Assert.True(losses[^1] < losses[0] - 0.5, $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void Answers_to_questions_of_several_lengths_are_those_to_each_alone()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        Learn();
        var tuned = new TunedLanguageModel(_language, _lora, s_beginning, microBatch: 2);
        var embeddings = Embeddings();
        int[][] asked = [[30, 31], [32, 33, 34, 35, 36, 37]];

        var answers = tuned.Answer(embeddings, asked, most: 4, end: -1);

        for (var i = 0; i < asked.Length; i++)
        {
            var ids = new List<int>();
            for (var step = 0; step < 4; step++)
            {
                ids.Add((int)Logits(embeddings.narrow(0, i, 1), [.. asked[i], .. ids])[0, -1].argmax().item<long>());
            }

            Assert.Equal(ids, answers[i]);
        }
    }

    private void Learn()
    {
        using var noGrad = no_grad();
        manual_seed(3);
        foreach (var factor in _lora.Factors.Values)
        {
            using var noise = randn(factor.shape) * 0.1;
            factor.add_(noise);
        }
    }

    private static Tensor Embeddings()
    {
        manual_seed(12);
        return randn(2, 5, 64);
    }

    /// <summary>The weighted mean cross-entropy of the answers' tokens, sequence by sequence and without anything shared.</summary>
    private double Direct(Tensor embeddings)
    {
        using var noGrad = no_grad();
        double sum = 0, weights = 0;
        foreach (var (i, dialogue) in s_dialogues.Index())
        {
            var logits = Logits(embeddings.narrow(0, i, 1), dialogue.Ids);
            foreach (var (at, weight) in dialogue.Answers.Zip(TunedLanguageModel.Weights(dialogue)))
            {
                sum -= weight * nn.functional.log_softmax(logits[0, s_beginning.Length + 5 + at - 1], -1)[dialogue.Ids[at]].item<float>();
                weights += weight;
            }
        }

        return sum / weights;
    }

    private Tensor Logits(Tensor embeddings, IEnumerable<int> after)
    {
        Tensor Embed(IEnumerable<int> ids) => _language.Embed(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0));
        return _language.Logits(_language.Forward(cat([Embed(s_beginning), embeddings, Embed(after)], 1), lora: _lora.Fold()));
    }
}
