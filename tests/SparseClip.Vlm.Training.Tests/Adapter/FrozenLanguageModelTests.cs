using SparseClip.Vlm.Modeling.Adapter;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using SparseClip.Vlm.Training.Adapter;
using SparseClip.Vlm.Training.Optimization;
using SparseClip.Vlm.Training.Runs;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Training.Tests.Adapter;

/// <summary>On the tiny language model of the fixtures (vocabulary 320, width 64).</summary>
public sealed class FrozenLanguageModelTests : IDisposable
{
    private static readonly int[] s_beginning = [5, 6, 7];
    private static readonly DialogueTokens[] s_dialogues = [new([9, 10, 11, 12, 13, 14], [2, 3, 5]), new([20, 21, 22], [1, 2])];
    private readonly LlamaForCausalLM _language = TinyLlama.Load("gqa-tied");

    [Fact]
    public void The_loss_is_that_of_the_whole_sequences()
    {
        using var scope = NewDisposeScope();
        using var adapter = Adapter();
        using var language = new FrozenLanguageModel(_language, s_beginning, microBatch: 1);
        var codes = Codes();

        var loss = language.Loss(adapter.forward(codes), s_dialogues);

        Assert.Equal(5, loss.Tokens);
        Assert.Equal(Direct(adapter, codes), loss.Value.item<float>(), 1e-4);
    }

    [Fact]
    public void The_gradient_agrees_with_a_finite_difference()
    {
        using var scope = NewDisposeScope();
        using var adapter = Adapter();
        using var language = new FrozenLanguageModel(_language, s_beginning, microBatch: 2);
        var codes = Codes();
        language.Loss(adapter.forward(codes), s_dialogues).Value.backward();
        using var noGrad = no_grad();
        foreach (var (name, parameter) in adapter.named_parameters())
        {
            var direction = parameter.grad! / parameter.grad!.norm();
            const double step = 2e-2;
            parameter.add_(direction, step);
            var above = Direct(adapter, codes);
            parameter.add_(direction, -2 * step);
            var below = Direct(adapter, codes);
            parameter.add_(direction, step);

            var slope = (above - below) / (2 * step);
            Assert.True(Math.Abs(parameter.grad!.norm().item<float>() - slope) < (0.05 * slope) + 1e-3, $"{name}: {parameter.grad!.norm().item<float>()} against {slope}");
        }
    }

    [Fact]
    public void Training_lowers_the_loss()
    {
        using var scope = NewDisposeScope();
        using var adapter = Adapter();
        using var language = new FrozenLanguageModel(_language, s_beginning, microBatch: 2);
        using var optimizer = new AdamW(0);
        optimizer.Add(TrainedParameter.Of(adapter, 2e-2));
        var codes = Codes();
        var losses = new List<float>();
        for (var step = 0; step <= 60; step++)
        {
            optimizer.ZeroGradients();
            var loss = language.Loss(adapter.forward(codes), s_dialogues).Value;
            loss.backward();
            losses.Add(loss.item<float>());
            optimizer.Step(1);
        }

        // A random language model is nearly deaf to its input, so the loss cannot fall far.
        Assert.True(losses[^1] < losses[0] - 0.2, $"from {losses[0]} to {losses[^1]}");
    }

    [Fact]
    public void A_greedy_answer_is_the_argmax_of_the_whole_sequence()
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var language = new FrozenLanguageModel(_language, s_beginning, microBatch: 2);
        var embeddings = randn(3, 5, 64);

        var answers = language.Answer(embeddings, [30, 31], most: 4, end: -1);

        for (var i = 0; i < 3; i++)
        {
            var ids = new List<int>();
            for (var step = 0; step < 4; step++)
            {
                ids.Add((int)States([.. s_beginning], embeddings.narrow(0, i, 1), [30, 31, .. ids])[0, -1].argmax().item<long>());
            }

            Assert.Equal(ids, answers[i]);
        }
    }

    public void Dispose() => _language.Dispose();

    private static AdapterModel Adapter()
    {
        manual_seed(11);
        return new AdapterModel(new AdapterConfig(Dimension: 30, Hidden: 16, Width: 64, Patches: 4, PooledScale: 1, PatchScale: 0.5f, Spread: 1));
    }

    private static Tensor Codes()
    {
        manual_seed(12);
        return nn.functional.relu(randn(2, 5, 30));
    }

    /// <summary>The mean cross-entropy of the answers' tokens, sequence by sequence and without anything shared.</summary>
    private double Direct(AdapterModel adapter, Tensor codes)
    {
        using var noGrad = no_grad();
        var embeddings = adapter.forward(codes);
        var losses = new List<double>();
        for (var i = 0; i < s_dialogues.Length; i++)
        {
            var (ids, answers) = s_dialogues[i];
            var logits = States(s_beginning, embeddings.narrow(0, i, 1), ids);
            losses.AddRange(answers.Select(at => -(double)nn.functional.log_softmax(logits[0, s_beginning.Length + 5 + at - 1], -1)[ids[at]].item<float>()));
        }

        return losses.Average();
    }

    private Tensor States(IEnumerable<int> before, Tensor embeddings, IEnumerable<int> after)
    {
        Tensor Embed(IEnumerable<int> ids) => _language.Embed(tensor(ids.Select(id => (long)id).ToArray()).unsqueeze(0));
        return _language.Logits(_language.Forward(cat([Embed(before), embeddings, Embed(after)], 1)));
    }
}
