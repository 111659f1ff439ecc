using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Modeling.Llama.Gguf;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Llama;

public class LlamaForCausalLMTests
{
    [Theory]
    [InlineData("gqa-tied")]
    [InlineData("mha-untied")]
    public void Logits_agree_with_transformers(string name)
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load(name);
        using var expected = SafetensorsFile.Open(RepositoryFiles.Fixture("llama", name, "expected.safetensors"));

        var fromIds = model.Logits(model.Forward(model.Embed(expected.Load("input_ids", ScalarType.Int64))));
        var fromEmbeddings = model.Logits(model.Forward(expected.Load("inputs_embeds")));

        Assert.InRange(Difference(expected.Load("logits"), fromIds), 0, 1e-4);
        Assert.InRange(Difference(expected.Load("logits_from_embeds"), fromEmbeddings), 0, 1e-4);
    }

    [Fact]
    public void A_cached_generation_equals_one_pass()
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load("gqa-tied");
        var embeddings = model.Embed(arange(0, 18, dtype: ScalarType.Int64).view(2, 9));
        var whole = model.Forward(embeddings);

        using var cache = new LlamaCache();
        var parts = new[] { (0, 4), (4, 1), (5, 3), (8, 1) }.Select(p => model.Forward(embeddings.narrow(1, p.Item1, p.Item2), cache: cache)).ToArray();

        Assert.Equal(9, cache.Length);
        Assert.InRange(Difference(whole, cat(parts, 1)), 0, 1e-5);
    }

    [Fact]
    public void A_common_beginning_is_shared_by_a_batch()
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load("gqa-tied");
        var beginning = model.Embed(tensor(new long[] { 7, 8, 9 }).view(1, 3));
        var rest = model.Embed(arange(0, 10, dtype: ScalarType.Int64).view(2, 5));
        using var cache = new LlamaCache();
        model.Forward(beginning, cache: cache);
        cache.Fix();

        var continued = model.Forward(rest, cache: cache);
        var whole = model.Forward(cat([beginning.expand(2, -1, -1), rest], 1));

        Assert.Equal(3, cache.Length);
        Assert.InRange(Difference(whole.narrow(1, 3, 5), continued), 0, 1e-5);
        Assert.InRange(Difference(continued, model.Forward(rest, cache: cache)), 0, 1e-6);
    }

    [Fact]
    public void Padding_on_the_right_changes_nothing_before_it()
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load("gqa-tied");
        var ids = arange(0, 12, dtype: ScalarType.Int64).view(2, 6);
        var mask = tensor(new long[] { 1, 1, 1, 1, 1, 1, 1, 1, 1, 0, 0, 0 }, [2, 6]);

        var padded = model.Forward(model.Embed(ids), mask);
        var alone = model.Forward(model.Embed(ids[1..2, 0..3]));

        Assert.InRange(Difference(alone, padded[1..2, 0..3]), 0, 1e-5);
        Assert.True(padded.isfinite().all().item<bool>());
    }

    [Fact]
    public void The_gradient_reaches_the_embeddings_and_agrees_with_a_finite_difference()
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load("mha-untied");
        var embeddings = model.Embed(arange(0, 7, dtype: ScalarType.Int64).view(1, 7)).requires_grad_(true);
        Tensor Loss(Tensor x) => nn.functional.log_softmax(model.Logits(model.Forward(x))[0, 6], -1)[42];
        Loss(embeddings).backward();
        var gradient = embeddings.grad!;

        var direction = gradient / gradient.norm();
        const double step = 1e-2;
        using var noGrad = no_grad();
        var slope = (Loss(embeddings + (direction * step)) - Loss(embeddings - (direction * step))).item<float>() / (2 * step);

        Assert.Equal(gradient.norm().item<float>(), slope, 0.02 * Math.Abs(slope));
    }

    [Theory]
    [InlineData("gqa-tied", false)]
    [InlineData("mha-untied", true)]
    public void The_written_out_gradient_is_the_automatic_one(string name, bool hasBeginning)
    {
        using var scope = NewDisposeScope();
        using var model = TinyLlama.Load(name);
        using var cache = hasBeginning ? new LlamaCache() : null;
        if (cache is not null)
        {
            model.Forward(model.Embed(tensor(new long[] { 7, 8, 9 }).view(1, 3)), cache: cache);
            cache.Fix();
        }

        var embeddings = model.Embed(arange(0, 14, dtype: ScalarType.Int64).view(2, 7)).requires_grad_(true);
        var weights = randn(2, 7, 64);
        var states = model.Forward(embeddings, cache: cache);
        (states * weights).sum().backward();

        using var tape = new LlamaTape();
        var taped = model.Forward(embeddings.detach(), cache, tape);
        var gradient = model.Backward(weights, tape);

        Assert.InRange(Difference(states.detach(), taped), 0, 1e-5);
        Assert.InRange(Difference(embeddings.grad!, gradient) / embeddings.grad!.abs().max().item<float>(), 0, 1e-4);
    }

    [Fact]
    public void Hidden_states_are_those_of_a_model_with_so_many_layers()
    {
        using var scope = NewDisposeScope();
        using var whole = TinyLlama.Load("gqa-tied");
        using var cut = TinyLlama.Load("gqa-tied", layers: 2);
        var embeddings = whole.Embed(tensor(new long[] { 5, 6, 7 }).view(1, 3));

        var states = whole.HiddenStates(embeddings, null, 0, 2, 3);

        Assert.Equal(0, Difference(embeddings, states[0]));
        Assert.InRange(Difference(cut.HiddenStates(embeddings, null, 2)[0], states[1]), 0, 1e-6);
        Assert.True(Difference(states[1], states[2]) > 1e-3);
        Assert.Throws<ArgumentException>(() => cut.HiddenStates(embeddings, null, 3));
    }

    [Fact]
    public void Bfloat16_stays_near_float32()
    {
        using var scope = NewDisposeScope();
        using var exact = TinyLlama.Load("gqa-tied");
        using var fast = TinyLlama.Load("gqa-tied", type: ScalarType.BFloat16);
        var ids = arange(0, 20, dtype: ScalarType.Int64).view(1, 20);

        var wanted = exact.Logits(exact.Forward(exact.Embed(ids)));
        var got = fast.Logits(fast.Forward(fast.Embed(ids)));

        Assert.InRange((wanted - got).norm().item<float>() / wanted.norm().item<float>(), 0, 0.02);
    }

    [Fact]
    public void Nothing_is_left_behind_by_a_pass()
    {
        using var model = TinyLlama.Load("gqa-tied");
        var before = DisposeScopeManager.Statistics.DetachedFromScopeCount;
        using (var scope = NewDisposeScope())
        {
            using var cache = new LlamaCache();
            model.Logits(model.Forward(model.Embed(tensor(new long[] { 1, 2 }).view(1, 2)), cache: cache));
            model.HiddenStates(model.Embed(tensor(new long[] { 1 }).view(1, 1)), null, 1);
            Assert.True(scope.DisposablesCount < 12, $"{scope.DisposablesCount} tensors are left in the caller's scope");
        }

        // Keys and values of each layer, and nothing else, leave the scopes; the cache disposes them.
        Assert.Equal(2 * model.Config.Layers, DisposeScopeManager.Statistics.DetachedFromScopeCount - before);
    }

    [Fact]
    public void Nothing_is_left_behind_by_a_file_in_which_the_last_tensor_is_missing()
    {
        using var folder = new TemporaryFolder();
        TinyLlama.WriteGguf(RepositoryFiles.Fixture("llama", "gqa-tied"), folder.File("cut.gguf"), without: "blk.2.ffn_down.weight");
        using var file = GgufFile.Open(folder.File("cut.gguf"));
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

        Assert.Contains("blk.2.ffn_down.weight", Assert.Throws<GgufException>(() => LlamaForCausalLM.FromGguf(file)).Message);

        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    private static double Difference(Tensor a, Tensor b) => (a - b).abs().max().item<float>();
}
