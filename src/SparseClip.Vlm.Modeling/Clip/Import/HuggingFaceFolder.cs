using SparseClip.Vlm.Modeling.Clip.Tokens;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>
/// A folder of Hugging Face's <c>CLIPModel</c>: config.json, model.safetensors, vocab.json, merges.txt, preprocessor_config.json. What a file
/// leaves out has the default of the classes CLIPConfig, CLIPTextConfig, CLIPVisionConfig and CLIPImageProcessor.
/// </summary>
internal static class HuggingFaceFolder
{
    public const string ConfigName = "config.json";
    public const string WeightName = "model.safetensors";
    private const int Bicubic = 3; // PIL's number of it
    private const int LegacyEndToken = 2;

    /// <exception cref="ClipImportException">A file is missing or states something that is not supported.</exception>
    public static ClipSource Read(string folder)
    {
        var config = JsonSection.Open(Path.Combine(folder, ConfigName));
        if (config.Text("model_type") is not "clip")
        {
            throw config.Problem("model_type", $"is {(config.Text("model_type") is { } type ? $"'{type}'" : "missing")}, not 'clip'");
        }

        // Old files hold each tower's settings twice; the library takes those of the *_dict, whole.
        var vision = config.Find("vision_config_dict") ?? config.Object("vision_config");
        var text = config.Find("text_config_dict") ?? config.Object("text_config");
        var vocabulary = ClipVocabulary.Read(folder);
        var (framing, normalization) = Preprocessing(folder);
        return new ClipSource(
            new ClipConfig(
                Vision(vision, normalization), Text(text), config.Integer("projection_dim", 512),
                new ClipTokenConfig(ClipCleaning.HuggingFace, Padding(folder, vocabulary)), framing),
            vocabulary, Path.Combine(folder, WeightName), ClipTensorNames.HuggingFace);
    }

    private static VisionTransformerConfig Vision(JsonSection vision, PixelNormalization normalization)
    {
        vision.Require("num_channels", "3");
        return new VisionTransformerConfig(
            "vit", vision.Side("image_size", 224), vision.Side("patch_size", 32), vision.Integer("hidden_size", 768), vision.Integer("num_hidden_layers", 12),
            vision.Integer("num_attention_heads", 12), vision.Integer("intermediate_size", 3072), Activation(vision),
            HasClassToken: true, HasPreNorm: true, HasPatchBias: false, vision.Number("layer_norm_eps", 1e-5), normalization);
    }

    private static ClipTextConfig Text(JsonSection text)
    {
        var end = text.Integer("eos_token_id", 49407);
        return new ClipTextConfig(
            text.Integer("vocab_size", 49408), text.Integer("max_position_embeddings", 77), text.Integer("hidden_size", 512),
            text.Integer("num_hidden_layers", 12), text.Integer("num_attention_heads", 8), text.Integer("intermediate_size", 2048),
            Activation(text), text.Number("layer_norm_eps", 1e-5), end == LegacyEndToken ? ClipPooling.HighestId : ClipPooling.EndToken, end);
    }

    private static MlpActivation Activation(JsonSection tower)
    {
        tower.Require("hidden_act", "quick_gelu", "gelu");
        return tower.Text("hidden_act") == "gelu" ? MlpActivation.Gelu : MlpActivation.QuickGelu;
    }

    private static int Padding(string folder, ClipVocabulary vocabulary)
    {
        var file = Path.Combine(folder, "tokenizer_config.json");
        var token = File.Exists(file) ? Token(JsonSection.Open(file)) : ClipVocabulary.End;
        var id = vocabulary.Tokens.ToList().IndexOf(token);
        return id >= 0 ? id : throw new ClipImportException(file, $"its pad_token '{token}' is not in vocab.json", "Use the files as the model's publisher wrote them");

        // Older versions write a token as an object.
        static string Token(JsonSection config) =>
            config.IsObject("pad_token") ? config.Object("pad_token").Text("content") ?? ClipVocabulary.End : config.Text("pad_token") ?? ClipVocabulary.End;
    }

    private static (ClipFraming Framing, PixelNormalization Normalization) Preprocessing(string folder)
    {
        // Newer versions may write one file for the tokeniser and the pictures.
        var together = Path.Combine(folder, "processor_config.json");
        var own = Path.Combine(folder, "preprocessor_config.json");
        var config = File.Exists(together) && !File.Exists(own) ? JsonSection.Open(together).Object("image_processor") : JsonSection.Open(own);
        config.Require("do_resize", "true");
        config.Require("do_center_crop", "true");
        config.Require("resample", $"{Bicubic}");
        var isSquash = config.IsObject("size") && !config.Object("size").Has("shortest_edge");
        var framing = new ClipFraming(
            isSquash ? ClipResize.Squash : ClipResize.ShortestEdge,
            isSquash ? config.Side("size", 224) : config.IsObject("size") ? config.Object("size").Integer("shortest_edge", 224) : config.Integer("size", 224),
            config.Side("crop_size", 224),
            ClipImaging.HuggingFace);

        // (v * factor - mean) / std for v of 0..255, in the units of v.
        var factor = config.Flag("do_rescale", true) ? config.Number("rescale_factor", 1 / 255.0) : 1;
        var isNormalized = config.Flag("do_normalize", true);
        IReadOnlyList<float> Scaled(string key, IReadOnlyList<float> published, float without) =>
            [.. (isNormalized ? config.Colours(key, published) : [without, without, without]).Select(value => (float)(value / factor))];
        var normalization = new PixelNormalization(Scaled("image_mean", ClipConstants.Mean, 0), Scaled("image_std", ClipConstants.Std, 1));
        return normalization.Problem() is { } problem
            ? throw new ClipImportException(own, problem, "Use the file as the model's publisher wrote it")
            : (framing, normalization);
    }
}
