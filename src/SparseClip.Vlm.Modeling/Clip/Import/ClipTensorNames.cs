namespace SparseClip.Vlm.Modeling.Clip.Import;

/// <summary>Where one of our tensors is found in another library's file.</summary>
/// <param name="Names">Tensors that follow each other along the first dimension; mostly one.</param>
/// <param name="IsTransposed">Whether the file keeps the matrix the other way round.</param>
internal sealed record TensorSource(IReadOnlyList<string> Names, bool IsTransposed = false);

/// <summary>How a library calls the tensors of a CLIP.</summary>
internal sealed class ClipTensorNames
{
    private readonly Func<string, TensorSource> _outside; // what is in no block
    private readonly Func<bool, string, string> _block; // vision or text, number -> prefix
    private readonly Func<string, string, IReadOnlyList<string>> _part; // part of a block, weight or bias -> names

    private ClipTensorNames(Func<string, TensorSource> outside, Func<bool, string, string> block, Func<string, string, IReadOnlyList<string>> part) =>
        (_outside, _block, _part) = (outside, block, part);

    /// <summary>Those of Hugging Face's <c>CLIPModel</c>; "layrnorm" is theirs.</summary>
    public static ClipTensorNames HuggingFace { get; } = new(
        name => One(name switch
        {
            "trunk.patch_embedding.weight" => "vision_model.embeddings.patch_embedding.weight",
            "trunk.class_embedding" => "vision_model.embeddings.class_embedding",
            "trunk.position_embedding" => "vision_model.embeddings.position_embedding.weight",
            "text.token_embedding" => "text_model.embeddings.token_embedding.weight",
            "text.position_embedding" => "text_model.embeddings.position_embedding.weight",
            "image_projection" => "visual_projection.weight",
            "text_projection" => "text_projection.weight",
            _ => name
                .Replace("trunk.pre_norm.", "vision_model.pre_layrnorm.", StringComparison.Ordinal)
                .Replace("trunk.final_norm.", "vision_model.post_layernorm.", StringComparison.Ordinal)
                .Replace("text.final_norm.", "text_model.final_layer_norm.", StringComparison.Ordinal),
        }),
        (isVision, number) => $"{(isVision ? "vision_model" : "text_model")}.encoder.layers.{number}.",
        (part, kind) => part switch
        {
            "norm1" => [$"layer_norm1.{kind}"],
            "norm2" => [$"layer_norm2.{kind}"],
            "attention.qkv" => [$"self_attn.q_proj.{kind}", $"self_attn.k_proj.{kind}", $"self_attn.v_proj.{kind}"],
            "attention.output" => [$"self_attn.out_proj.{kind}"],
            "mlp.up" => [$"mlp.fc1.{kind}"],
            _ => [$"mlp.fc2.{kind}"],
        });

    /// <summary>Those of OpenCLIP's CLIP; its CustomTextCLIP keeps the text tower under a name of its own.</summary>
    public static ClipTensorNames OpenClip(bool isCustomText)
    {
        var text = isCustomText ? "text." : "";
        return new ClipTensorNames(
            name => name switch
            {
                "trunk.patch_embedding.weight" => One("visual.conv1.weight"),
                "trunk.class_embedding" => One("visual.class_embedding"),
                "trunk.position_embedding" => One("visual.positional_embedding"),
                "text.token_embedding" => One(text + "token_embedding.weight"),
                "text.position_embedding" => One(text + "positional_embedding"),
                "image_projection" => new TensorSource(["visual.proj"], IsTransposed: true),
                "text_projection" => new TensorSource([text + "text_projection"], IsTransposed: true),
                _ => One(name
                    .Replace("trunk.pre_norm.", "visual.ln_pre.", StringComparison.Ordinal)
                    .Replace("trunk.final_norm.", "visual.ln_post.", StringComparison.Ordinal)
                    .Replace("text.final_norm.", text + "ln_final.", StringComparison.Ordinal)),
            },
            (isVision, number) => $"{(isVision ? "visual." : text)}transformer.resblocks.{number}.",
            (part, kind) => part switch
            {
                "norm1" => [$"ln_1.{kind}"],
                "norm2" => [$"ln_2.{kind}"],
                "attention.qkv" => [$"attn.in_proj_{kind}"],
                "attention.output" => [$"attn.out_proj.{kind}"],
                "mlp.up" => [$"mlp.c_fc.{kind}"],
                _ => [$"mlp.c_proj.{kind}"],
            });
    }

    /// <summary>Where a tensor of ours is found.</summary>
    /// <param name="name">A key of <see cref="ClipModel"/>'s state, such as <c>trunk.blocks.0.mlp.up.weight</c>.</param>
    public TensorSource Find(string name)
    {
        var parts = name.Split('.');
        if (parts[1..] is not ["blocks", var number, .. var path])
        {
            return _outside(name);
        }

        var prefix = _block(parts[0] == "trunk", number);
        return new TensorSource([.. _part(string.Join('.', path[..^1]), path[^1]).Select(part => prefix + part)]);
    }

    /// <summary>Whether a tensor holds nothing that was learned: older versions of the libraries wrote such buffers.</summary>
    public static bool IsKnownBuffer(string name) =>
        name.EndsWith(".position_ids", StringComparison.Ordinal) || name is "attn_mask" or "text.attn_mask" or "input_resolution" or "context_length" or "vocab_size";

    private static TensorSource One(string name) => new([name]);
}
