using System.Text.Json.Nodes;
using SparseClip.Vlm.Modeling.Checkpoints;
using SparseClip.Vlm.Modeling.Clip;
using SparseClip.Vlm.Modeling.Clip.Import;
using SparseClip.Vlm.Tests.Shared;
using TorchSharp;
using static TorchSharp.torch;

namespace SparseClip.Vlm.Modeling.Tests.Clip;

/// <summary>Whatever is wrong with a folder is said by file, by tensor or key, and with what would be right.</summary>
public sealed class ClipImportTests
{
    [Theory]
    [InlineData("hugging-face", "merges.txt")]
    [InlineData("hugging-face", "vocab.json")]
    [InlineData("hugging-face", "model.safetensors")]
    [InlineData("hugging-face", "preprocessor_config.json")]
    [InlineData("open-clip", "open_clip_model.safetensors")]
    public void A_missing_file_is_named(string folder, string file)
    {
        using var copy = new CopiedClip(folder);
        File.Delete(copy.File(file));
        Assert.Contains($"{file}': the file does not exist", copy.Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_folder_without_a_configuration_is_told_what_is_looked_for()
    {
        using var copy = new CopiedClip("open-clip");
        File.Delete(copy.File("open_clip_config.json"));
        Assert.Contains("neither config.json (Hugging Face) nor open_clip_config.json (OpenCLIP)", copy.Refused(), StringComparison.Ordinal);
        Assert.Contains("no such folder", Assert.Throws<ClipImportException>(() => ImportedClip.Import(copy.File("nothing"))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("hugging-face", "config.json", "model_type", "\"siglip\"", "'model_type' is 'siglip', not 'clip'")]
    [InlineData("hugging-face", "config.json", "vision_config.hidden_act", "\"relu\"", "'vision_config.hidden_act' is \"relu\"; supported is quick_gelu or gelu")]
    [InlineData("hugging-face", "config.json", "vision_config.num_attention_heads", "5", "heads 5 does not divide width 64")]
    [InlineData("hugging-face", "config.json", "text_config.hidden_size", "\"wide\"", "'text_config.hidden_size' is \"wide\", not a whole number")]
    [InlineData("hugging-face", "config.json", "text_config.vocab_size", "600", "the text tower knows 600")]
    [InlineData("hugging-face", "config.json", "text_config.intermediate_size", "2000000000", "tensor 'text_model.encoder.layers.2.mlp.fc1.weight': the file has shape [96, 48], the configured model needs [2000000000, 48]")]
    [InlineData("hugging-face", "config.json", "vision_config.num_hidden_layers", "2000000000", "vision_model.encoder.layers.1999999999.mlp.fc1.weight")]
    [InlineData("hugging-face", "preprocessor_config.json", "resample", "2", "'resample' is 2; supported is 3")]
    [InlineData("hugging-face", "preprocessor_config.json", "crop_size", "{\"height\": 64, \"width\": 32}", "only squares are supported")]
    [InlineData("hugging-face", "preprocessor_config.json", "crop_size", "32", "the preprocessing makes pictures of 32 pixels a side, the vision tower takes 64")]
    [InlineData("open-clip", "open_clip_config.json", "model_cfg.vision_cfg.layers", "[3, 4, 6, 3]", "'model_cfg.vision_cfg.layers' is [3,4,6,3], not a whole number")]
    [InlineData("open-clip", "open_clip_config.json", "model_cfg.vision_cfg.timm_model_name", "\"vit\"", "timm_model_name")]
    [InlineData("open-clip", "open_clip_config.json", "model_cfg.text_cfg.hf_model_name", "\"roberta\"", "hf_model_name")]
    [InlineData("open-clip", "open_clip_config.json", "preprocess_cfg.resize_mode", "\"longest\"", "supported is shortest or squash")]
    public void A_setting_that_is_not_supported_is_named(string folder, string file, string key, string value, string message)
    {
        using var copy = new CopiedClip(folder);
        copy.Set(file, key, value);
        Assert.Contains(message, copy.Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_extra_or_misshaped_tensor_is_named_with_its_shapes()
    {
        const string query = "vision_model.encoder.layers.1.self_attn.q_proj.weight";
        Assert.Contains($"tensor '{query}': the configured model needs it with shape [64, 64], but the file lacks it", Changed(tensors => tensors.Remove(query)), StringComparison.Ordinal);
        Assert.Contains("tensor 'logit_bias': the configured model has no place for it (shape [1])", Changed(tensors => tensors["logit_bias"] = zeros(1)), StringComparison.Ordinal);
        Assert.Contains(
            "tensor 'visual_projection.weight': the file has shape [64, 32], the configured model needs [32, 64]",
            Changed(tensors => tensors["visual_projection.weight"] = zeros(64, 32)), StringComparison.Ordinal);
    }

    [Fact]
    public void Buffers_of_older_versions_and_half_precision_are_read()
    {
        using var scope = NewDisposeScope();
        using var copy = new CopiedClip("hugging-face");
        copy.ChangeWeights(tensors => tensors["text_model.embeddings.position_ids"] = arange(77, ScalarType.Int64).unsqueeze(0), ScalarType.Float16);
        using var clip = copy.Import();
        using var exact = ImportedClip.Import(RepositoryFiles.Fixture("clip", "hugging-face"));
        var token = TestContext.Current.CancellationToken;
        Assert.True(clip.EmbedTexts(["a cat"], token).allclose(exact.EmbedTexts(["a cat"], token), 0, 0.01));
    }

    [Fact]
    public void Older_configurations_are_read_as_the_library_reads_them()
    {
        using var copy = new CopiedClip("hugging-face");
        copy.Set("config.json", "text_config.eos_token_id", "2");
        copy.Set("preprocessor_config.json", "size", "64");
        copy.Set("preprocessor_config.json", "crop_size", "64");
        copy.Set("tokenizer_config.json", "pad_token", """{"content": "!", "lstrip": false}""");
        using var clip = copy.Import();
        Assert.Equal(ClipPooling.HighestId, clip.Model.Config.Text.Pooling);
        Assert.Equal(0, clip.Model.Config.Tokens.PaddingId);
        Assert.Equal(new ClipFraming(ClipResize.ShortestEdge, 64, 64, ClipImaging.HuggingFace), clip.Model.Config.Framing);
        using var usual = ImportedClip.Import(RepositoryFiles.Fixture("clip", "hugging-face"));
        Assert.Equal(ClipPooling.EndToken, usual.Model.Config.Text.Pooling);
        using var scope = NewDisposeScope();
        var token = TestContext.Current.CancellationToken;
        Assert.True(clip.EmbedTexts(["a cat"], token).allclose(usual.EmbedTexts(["a cat"], token)));
    }

    [Fact]
    public void The_vocabulary_may_be_in_tokenizer_json()
    {
        using var copy = new CopiedClip("hugging-face");
        var merges = File.ReadLines(copy.File("merges.txt")).Skip(1).Select(line => (JsonNode)new JsonArray([.. line.Split(' ').Select(part => (JsonNode)part)]));
        var model = new JsonObject { ["vocab"] = JsonNode.Parse(File.ReadAllText(copy.File("vocab.json"))), ["merges"] = new JsonArray([.. merges]) };
        File.WriteAllText(copy.File("tokenizer.json"), new JsonObject { ["model"] = model }.ToJsonString());
        File.Delete(copy.File("vocab.json"));
        using var clip = copy.Import();
        using var usual = ImportedClip.Import(RepositoryFiles.Fixture("clip", "hugging-face"));
        Assert.Equal(usual.Tokenizer.Encode("a photo of a cat"), clip.Tokenizer.Encode("a photo of a cat"));
    }

    [Fact]
    public void A_damaged_vocabulary_is_named()
    {
        using var copy = new CopiedClip("hugging-face");
        copy.Set("vocab.json", "!", "1");
        Assert.Contains("each once", copy.Refused(), StringComparison.Ordinal);
        copy.Set("vocab.json", "!", "0");
        File.AppendAllText(copy.File("merges.txt"), "xq zz\n");
        Assert.Contains("its merge 'xq zz' is not of two tokens that make a third", copy.Refused(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_of_another_kind_is_no_imported_CLIP() =>
        Assert.Contains(
            "its header has no 'clip_config'",
            Assert.Throws<CheckpointException>(() => ImportedClip.Load(RepositoryFiles.Fixture("clip", "hugging-face", "model.safetensors"))).Message,
            StringComparison.Ordinal);

    private static string Changed(Action<Dictionary<string, Tensor>> change)
    {
        using var scope = NewDisposeScope();
        using var copy = new CopiedClip("hugging-face");
        copy.ChangeWeights(change);
        return copy.Refused();
    }

    /// <summary>A fixture's copy that may be damaged.</summary>
    private sealed class CopiedClip : IDisposable
    {
        private readonly TemporaryFolder _folder = new();

        public CopiedClip(string fixture)
        {
            foreach (var file in Directory.GetFiles(RepositoryFiles.Fixture("clip", fixture)))
            {
                System.IO.File.Copy(file, File(Path.GetFileName(file)));
            }
        }

        public string File(string name) => _folder.File(name);

        public ImportedClip Import() => ImportedClip.Import(Path.GetDirectoryName(File("x"))!);

        public string Refused()
        {
            var error = Record.Exception(() => Import().Dispose());
            Assert.True(error is ClipImportException or CheckpointException, $"{error}");
            Assert.DoesNotContain('\n', error!.Message);
            return error.Message;
        }

        public void Set(string file, string key, string value)
        {
            var root = JsonNode.Parse(System.IO.File.ReadAllText(File(file)))!;
            var path = key.Split('.');
            path[..^1].Aggregate(root, (node, name) => node[name]!)[path[^1]] = JsonNode.Parse(value);
            System.IO.File.WriteAllText(File(file), root.ToJsonString());
        }

        public void ChangeWeights(Action<Dictionary<string, Tensor>> change, ScalarType type = ScalarType.Float32)
        {
            var tensors = new Dictionary<string, Tensor>();
            using (var file = SafetensorsFile.Open(File("model.safetensors")))
            {
                foreach (var entry in file.Entries)
                {
                    tensors[entry.Name] = file.Load(entry.Name);
                }
            }

            change(tensors);
            SafetensorsWriter.Write(File("model.safetensors"), tensors, storeAs: _ => type);
        }

        public void Dispose() => _folder.Dispose();
    }
}
