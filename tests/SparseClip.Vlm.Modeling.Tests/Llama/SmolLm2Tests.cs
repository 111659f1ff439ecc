using System.Text.Json;
using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Llama;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Llama;

/// <summary>The language model that ships, against what transformers answers for the same dequantised file.</summary>
public sealed class SmolLm2Tests : IClassFixture<SmolLm2Tests.Shipped>
{
    private readonly Shipped _shipped;

    public SmolLm2Tests(Shipped shipped) => _shipped = shipped;

    public static TheoryData<int> Cases => [0, 1, 2, 3, 4];

    [Theory]
    [MemberData(nameof(Cases))]
    public void Token_ids_agree(int number)
    {
        var expected = Case(number);
        var ids = expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt32()).ToArray();

        Assert.Equal(ids, _shipped.Tokenizer.Encode(expected.GetProperty("prompt").GetString()!, allowSpecial: true));
        Assert.Equal(
            expected.GetProperty("prompt").GetString()!.Replace("<|im_start|>", "").Replace("<|im_end|>", ""), _shipped.Tokenizer.Decode(ids));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Logits_and_greedy_continuation_agree(int number)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var expected = Case(number);
        var ids = expected.GetProperty("ids").EnumerateArray().Select(id => id.GetInt64()).ToArray();
        using var cache = new LlamaCache();

        var logits = Last(ids, cache);
        foreach (var pair in expected.GetProperty("top").EnumerateArray())
        {
            Assert.Equal(pair[1].GetSingle(), logits[pair[0].GetInt32()].item<float>(), 2e-2);
        }

        var continuation = new List<int>();
        while (continuation.Count < 24 && logits.argmax().item<long>() is var next && next != _shipped.Tokenizer.EndOfTurn)
        {
            continuation.Add((int)next);
            logits = Last([next], cache);
        }

        Assert.Equal(expected.GetProperty("greedy").GetString(), _shipped.Tokenizer.Decode(continuation));
    }

    private Tensor Last(long[] ids, LlamaCache cache)
    {
        var model = _shipped.Model;
        return model.Logits(model.Forward(model.Embed(tensor(ids).view(1, -1)), cache: cache)[0, -1]);
    }

    private JsonElement Case(int number) => _shipped.Expected.RootElement[number];

    public sealed class Shipped : IDisposable
    {
        public Shipped()
        {
            using var file = GgufFile.Open(RepositoryFiles.Model("default", "smollm2-135m-instruct-q4_1.gguf"));
            Model = LlamaForCausalLM.FromGguf(file);
            Tokenizer = LlamaTokenizer.FromGguf(file);
        }

        public LlamaForCausalLM Model { get; }

        public LlamaTokenizer Tokenizer { get; }

        public JsonDocument Expected { get; } = JsonDocument.Parse(File.ReadAllBytes(RepositoryFiles.Fixture("llama", "smollm2-logits.json")));

        public void Dispose()
        {
            Model.Dispose();
            Expected.Dispose();
        }
    }
}
