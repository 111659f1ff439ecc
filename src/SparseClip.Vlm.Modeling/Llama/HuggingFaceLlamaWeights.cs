using System.Text.Json;
using SparseClip.Vlm.Modeling.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Llama;

/// <summary>Weights from a folder as Hugging Face transformers writes it: config.json and model.safetensors, half-rotated queries and keys.</summary>
internal sealed class HuggingFaceLlamaWeights : LlamaWeights, IDisposable
{
    private const string Remedy = "Use a folder that transformers' LlamaForCausalLM.save_pretrained wrote as one safetensors file";
    private readonly SafetensorsFile _file;

    public HuggingFaceLlamaWeights(string folder)
    {
        Config = ReadConfig(System.IO.Path.Combine(folder, "config.json"));
        _file = SafetensorsFile.Open(System.IO.Path.Combine(folder, "model.safetensors"));
    }

    public override LlamaConfig Config { get; }

    public override bool HasOutput => _file.Contains("lm_head.weight");

    public override Tensor Read(string name) => _file.Load(Translate(name), ScalarType.Float32);

    public void Dispose() => _file.Dispose();

    protected override Exception Misshaped(string name, string found, string wanted) => new CheckpointException(
        _file.Path, $"it has the shape [{found}], config.json asks for [{wanted}]", Remedy, Translate(name));

    private static string Translate(string name)
    {
        var parts = name.Split('.');
        return parts[0] == "blk"
            ? $"model.layers.{parts[1]}." + parts[2] switch
            {
                "attn_norm" => "input_layernorm",
                "ffn_norm" => "post_attention_layernorm",
                "attn_q" => "self_attn.q_proj",
                "attn_k" => "self_attn.k_proj",
                "attn_v" => "self_attn.v_proj",
                "attn_output" => "self_attn.o_proj",
                "ffn_gate" => "mlp.gate_proj",
                "ffn_up" => "mlp.up_proj",
                _ => "mlp.down_proj",
            } + ".weight"
            : name switch
            {
                "token_embd.weight" => "model.embed_tokens.weight",
                "output_norm.weight" => "model.norm.weight",
                _ => "lm_head.weight",
            };
    }

    private static LlamaConfig ReadConfig(string path)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = json.RootElement;
            int Integer(string key) => root.GetProperty(key).GetInt32();
            var heads = Integer("num_attention_heads");
            var config = new LlamaConfig(
                Integer("num_hidden_layers"),
                Integer("hidden_size"),
                heads,
                root.TryGetProperty("num_key_value_heads", out var kv) ? kv.GetInt32() : heads,
                root.TryGetProperty("head_dim", out var head) && head.ValueKind == JsonValueKind.Number ? head.GetInt32() : Integer("hidden_size") / heads,
                Integer("intermediate_size"),
                Integer("vocab_size"),
                Integer("max_position_embeddings"),
                root.GetProperty("rms_norm_eps").GetDouble(),
                RopeBase(root));
            return config.Problem() is { } problem ? throw new CheckpointException(path, problem, Remedy) : config;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException or IOException or UnauthorizedAccessException or FormatException or DivideByZeroException)
        {
            throw new CheckpointException(path, $"it is no configuration of a Llama model ({e.Message})", Remedy, innerException: e);
        }
    }

    /// <summary>Newer versions keep it in `rope_parameters`, older ones at the top.</summary>
    private static double RopeBase(JsonElement root)
    {
        if (root.TryGetProperty("rope_parameters", out var rope) && rope.ValueKind == JsonValueKind.Object)
        {
            return rope.TryGetProperty("rope_type", out var type) && type.GetString() is not "default"
                ? throw new FormatException($"rope_type '{type}' is not supported")
                : rope.GetProperty("rope_theta").GetDouble();
        }

        return root.TryGetProperty("rope_theta", out var theta) ? theta.GetDouble() : 10000;
    }
}
