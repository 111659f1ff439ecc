using SparseClip.Vlm.Modeling.Clip.Tokens;
using SparseClip.Vlm.Modeling.Imaging;
using SparseClip.Vlm.Modeling.Vision;

namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>
/// A folder of OpenCLIP: open_clip_config.json and open_clip_model.safetensors; the vocabulary is CLIP's unless vocab.json and merges.txt lie
/// beside. What the file leaves out has the default of CLIPVisionCfg, CLIPTextCfg and PreprocessCfg.
/// </summary>
internal static class OpenClipFolder
{
    public const string ConfigName = "open_clip_config.json";
    public const string WeightName = "open_clip_model.safetensors";

    /// <exception cref="ClipImportException">A file is missing or states something that is not supported.</exception>
    public static ClipSource Read(string folder)
    {
        var file = JsonSection.Open(Path.Combine(folder, ConfigName));
        var model = file.Object("model_cfg");
        model.Require("multimodal_cfg");
        model.Require("init_logit_bias");
        var activation = model.Flag("quick_gelu", false) ? MlpActivation.QuickGelu : MlpActivation.Gelu;
        var (vision, text) = (model.Object("vision_cfg"), model.Object("text_cfg"));
        var imageSize = vision.Side("image_size", 224);
        var (framing, normalization) = Preprocessing(file.Find("preprocess_cfg"), imageSize);
        var config = new ClipConfig(
            Vision(vision, activation, imageSize, normalization), Text(text, activation),
            model.Integer("embed_dim", 512), new ClipTokenConfig(ClipCleaning.OpenClip, 0), framing);
        var hasOwnVocabulary = File.Exists(Path.Combine(folder, "vocab.json")) && File.Exists(Path.Combine(folder, "merges.txt"));
        return new ClipSource(
            config, hasOwnVocabulary ? ClipVocabulary.Read(folder) : ClipVocabulary.Published(),
            Path.Combine(folder, WeightName), ClipTensorNames.OpenClip(model.Flag("custom_text", false)));
    }

    private static VisionTransformerConfig Vision(JsonSection vision, MlpActivation activation, int imageSize, PixelNormalization normalization)
    {
        RequirePlain(vision);
        vision.Require("timm_model_name");
        vision.Require("attentional_pool", "false");
        vision.Require("global_average_pool", "false");
        vision.Require("input_patchnorm", "false");
        vision.Require("pool_type", "tok");
        vision.Require("pos_embed_type", "learnable");
        vision.Require("in_chans", "3");
        var (width, headWidth) = (vision.Integer("width", 768), vision.Integer("head_width", 64));
        return new VisionTransformerConfig(
            "vit", imageSize, vision.Side("patch_size", 16), width, vision.Integer("layers", 12),
            headWidth == 0 ? 0 : width / headWidth, (int)(width * vision.Number("mlp_ratio", 4)), activation,
            HasClassToken: true, HasPreNorm: !vision.Flag("no_ln_pre", false), HasPatchBias: false, Epsilon(vision), normalization);
    }

    private static ClipTextConfig Text(JsonSection text, MlpActivation activation)
    {
        RequirePlain(text);
        text.Require("hf_model_name");
        text.Require("hf_tokenizer_name");
        text.Require("tokenizer_kwargs", "{}");
        text.Require("no_causal_mask", "false");
        text.Require("embed_cls", "false");
        text.Require("proj_type", "linear");
        text.Require("proj_bias", "false");
        text.Require("pool_type", "argmax", "eos");
        var width = text.Integer("width", 512);
        return new ClipTextConfig(
            text.Integer("vocab_size", 49408), text.Integer("context_length", 77), width, text.Integer("layers", 12), text.Integer("heads", 8),
            (int)(width * text.Number("mlp_ratio", 4)), activation, Epsilon(text),
            text.Text("pool_type") == "eos" ? ClipPooling.EndToken : ClipPooling.HighestId, text.Integer("eos_id", 2));
    }

    /// <summary>Refuses what both towers can be given and what does not show in the names of the tensors.</summary>
    private static void RequirePlain(JsonSection tower)
    {
        tower.Require("block_type", "default");
        tower.Require("act_kwargs", "{}");
        tower.Require("ls_init_value");
        tower.Require("qk_norm", "false");
        tower.Require("scaled_cosine_attn", "false");
    }

    private static double Epsilon(JsonSection tower) => tower.Find("norm_kwargs")?.Number("eps", 1e-5) ?? 1e-5;

    private static (ClipFraming Framing, PixelNormalization Normalization) Preprocessing(JsonSection? config, int imageSize)
    {
        config?.Require("mode", "RGB");
        config?.Require("interpolation", "bicubic");
        config?.Require("resize_mode", "shortest", "squash");
        var size = config?.Side("size", imageSize) ?? imageSize;
        var framing = new ClipFraming(
            config?.Text("resize_mode") == "squash" ? ClipResize.Squash : ClipResize.ShortestEdge, size, size, ClipImaging.OpenClip);
        var (mean, std) = (config?.Colours("mean", ClipConstants.Mean) ?? ClipConstants.Mean, config?.Colours("std", ClipConstants.Std) ?? ClipConstants.Std);
        return std.All(deviation => deviation > 0)
            ? (framing, PixelNormalization.FromUnit(mean, std))
            : throw config!.Problem("std", "is not positive");
    }
}
