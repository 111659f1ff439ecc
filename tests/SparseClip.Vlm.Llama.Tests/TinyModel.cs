using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Llama.Tests;

[assembly: AssemblyFixture(typeof(TinyModel))]

namespace SparseClip.Vlm.Llama.Tests;

/// <summary>A random Llama of 2 blocks whose vocabulary is the 256 bytes, three control tokens and one merge.</summary>
public sealed class TinyModel : IDisposable
{
    public const int Size = 64;
    public const int EndOfText = 256;

    /// <summary>The token whose embedding is not finite in <see cref="Poisoned"/>.</summary>
    public const int PoisonToken = 'z';
    private const int Blocks = 2;
    private const int FeedForward = 96;
    private readonly string _folder = Directory.CreateTempSubdirectory("tiny-llama-").FullName;

    public TinyModel()
    {
        Path = System.IO.Path.Combine(_folder, "tiny.gguf");
        Writer().Write(Path);
        Model = LlamaModel.Load(Path);
    }

    public string Path { get; }

    public LlamaModel Model { get; }

    public static string[] Vocabulary { get; } =
        [.. ByteTokens(), "<|endoftext|>", "<|im_start|>", "<|im_end|>", "\u0120t"];

    /// <summary>The same model, but one token's embedding is infinite: what only a damaged file can do to logits.</summary>
    public LlamaModel Poisoned()
    {
        var file = NewFile();
        Writer(poisoned: true).Write(file);
        return LlamaModel.Load(file, new LlamaModelOptions { CheckTensors = false });
    }

    public string NewFile() => System.IO.Path.Combine(_folder, System.IO.Path.GetRandomFileName() + ".gguf");

    public static GgufWriter Writer(bool poisoned = false)
    {
        var random = new Random(1);
        var types = Vocabulary.Select((_, i) => i is >= 256 and < 259 ? 3 : 1).ToArray();
        var writer = new GgufWriter()
            .Set("general.architecture", "llama")
            .Set("general.name", "tiny")
            .Set("llama.context_length", 1024u)
            .Set("llama.embedding_length", (uint)Size)
            .Set("llama.block_count", (uint)Blocks)
            .Set("llama.feed_forward_length", (uint)FeedForward)
            .Set("llama.attention.head_count", 4u)
            .Set("llama.attention.head_count_kv", 2u)
            .Set("llama.attention.layer_norm_rms_epsilon", 1e-5f)
            .Set("tokenizer.ggml.model", "gpt2")
            .Set("tokenizer.ggml.pre", "smollm")
            .Set("tokenizer.ggml.tokens", Vocabulary)
            .Set("tokenizer.ggml.token_type", types)
            .Set("tokenizer.ggml.merges", (string[])["\u0120 t"])
            .Set("tokenizer.ggml.bos_token_id", 257u)
            .Set("tokenizer.ggml.eos_token_id", (uint)EndOfText)
            .Set("tokenizer.ggml.add_bos_token", false);
        var embeddings = Uniform(1f, Vocabulary.Length * Size);
        writer.Add("output.weight", [Vocabulary.Length, Size], [.. embeddings]);
        embeddings[PoisonToken * Size] = poisoned ? float.PositiveInfinity : embeddings[PoisonToken * Size];
        writer.Add("token_embd.weight", [Vocabulary.Length, Size], embeddings);
        AddOnes("output_norm.weight", Size);
        for (var b = 0; b < Blocks; b++)
        {
            AddOnes($"blk.{b}.attn_norm.weight", Size);
            Add($"blk.{b}.attn_q.weight", 0.2f, Size, Size);
            Add($"blk.{b}.attn_k.weight", 0.2f, Size / 2, Size);
            Add($"blk.{b}.attn_v.weight", 0.2f, Size / 2, Size);
            Add($"blk.{b}.attn_output.weight", 0.2f, Size, Size);
            AddOnes($"blk.{b}.ffn_norm.weight", Size);
            Add($"blk.{b}.ffn_gate.weight", 0.2f, FeedForward, Size);
            Add($"blk.{b}.ffn_up.weight", 0.2f, FeedForward, Size);
            Add($"blk.{b}.ffn_down.weight", 0.2f, Size, FeedForward);
        }

        return writer;

        void Add(string name, float scale, int rows, int columns) =>
            writer.Add(name, [rows, columns], Uniform(scale, rows * columns));

        float[] Uniform(float scale, int count) => [.. Enumerable.Range(0, count).Select(_ => scale * (2 * random.NextSingle() - 1))];

        void AddOnes(string name, int length) => writer.Add(name, [length], [.. Enumerable.Repeat(1f, length)]);
    }

    public void Dispose()
    {
        Model.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    // The printable stand-ins of GPT-2's vocabulary for the bytes 0..255.
    private static IEnumerable<string> ByteTokens()
    {
        var other = 256;
        for (var b = 0; b < 256; b++)
        {
            var printable = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or (>= 0xAE and <= 0xFF);
            yield return ((char)(printable ? b : other++)).ToString();
        }
    }
}
