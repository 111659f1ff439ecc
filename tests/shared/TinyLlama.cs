using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Llama;
using TorchSharp;

namespace SparseClip.Vlm.Tests.Shared;

/// <summary>The tiny models of fixtures/llama, which Hugging Face's transformers wrote, by way of GGUF files.</summary>
internal static class TinyLlama
{
    private const int HeadWidth = 16;

    /// <summary>Loads a model.</summary>
    /// <param name="name">Its folder in the fixtures.</param>
    /// <param name="layers">Only the first so many layers; null for all.</param>
    /// <param name="type">Type of matrices and products.</param>
    /// <param name="change">As for <see cref="WriteGguf"/>.</param>
    public static LlamaForCausalLM Load(string name, int? layers = null, torch.ScalarType type = torch.ScalarType.Float32, Action<string, float[]>? change = null)
    {
        using var folder = new TemporaryFolder();
        WriteGguf(RepositoryFiles.Fixture("llama", name), folder.File("tiny.gguf"), change: change);
        using var file = GgufFile.Open(folder.File("tiny.gguf"));
        return LlamaForCausalLM.FromGguf(file, layers, type);
    }

    /// <summary>Writes a folder of transformers' as a GGUF file.</summary>
    /// <param name="folder">config.json and model.safetensors.</param>
    /// <param name="path">The file.</param>
    /// <param name="without">A tensor to leave out, by its name in GGUF.</param>
    /// <param name="change">Gets the values of each tensor by its name in GGUF and may change them; null for nobody.</param>
    public static void WriteGguf(string folder, string path, string? without = null, Action<string, float[]>? change = null)
    {
        using var config = System.Text.Json.JsonDocument.Parse(File.ReadAllBytes(Path.Combine(folder, "config.json")));
        uint Integer(string key) => config.RootElement.GetProperty(key).GetUInt32();
        var writer = new GgufWriter()
            .Set("general.architecture", "llama")
            .Set("llama.block_count", Integer("num_hidden_layers"))
            .Set("llama.embedding_length", Integer("hidden_size"))
            .Set("llama.attention.head_count", Integer("num_attention_heads"))
            .Set("llama.attention.head_count_kv", Integer("num_key_value_heads"))
            .Set("llama.feed_forward_length", Integer("intermediate_size"))
            .Set("llama.context_length", Integer("max_position_embeddings"))
            .Set("llama.attention.layer_norm_rms_epsilon", config.RootElement.GetProperty("rms_norm_eps").GetSingle())
            .Set("llama.rope.freq_base", config.RootElement.GetProperty("rope_parameters").GetProperty("rope_theta").GetSingle());
        using var weights = SafetensorsFile.Open(Path.Combine(folder, "model.safetensors"));
        foreach (var entry in weights.Entries.Where(entry => Translate(entry.Name) != without))
        {
            var values = weights.LoadFloats(entry.Name);
            if (entry.Name.Contains("q_proj", StringComparison.Ordinal) || entry.Name.Contains("k_proj", StringComparison.Ordinal))
            {
                values = Interleave(values, (int)entry.Shape[1]);
            }

            change?.Invoke(Translate(entry.Name), values);
            writer.Add(Translate(entry.Name), entry.Shape.ToArray(), values);
        }

        writer.Write(path);
    }

    /// <summary>Row i of the first half of a head goes to 2i, of the second half to 2i + 1.</summary>
    private static float[] Interleave(float[] values, int columns)
    {
        var result = new float[values.Length];
        for (var row = 0; row < values.Length / columns; row++)
        {
            var (head, r) = (row / HeadWidth, row % HeadWidth);
            var source = (head * HeadWidth) + (r / 2) + (r % 2 * HeadWidth / 2);
            values.AsSpan(source * columns, columns).CopyTo(result.AsSpan(row * columns));
        }

        return result;
    }

    private static string Translate(string name) => name
        .Replace("model.embed_tokens", "token_embd").Replace("model.norm", "output_norm").Replace("lm_head", "output")
        .Replace("model.layers", "blk").Replace("input_layernorm", "attn_norm").Replace("post_attention_layernorm", "ffn_norm")
        .Replace("self_attn.q_proj", "attn_q").Replace("self_attn.k_proj", "attn_k").Replace("self_attn.v_proj", "attn_v")
        .Replace("self_attn.o_proj", "attn_output").Replace("mlp.gate_proj", "ffn_gate").Replace("mlp.up_proj", "ffn_up")
        .Replace("mlp.down_proj", "ffn_down");
}
