namespace SparseClip.Vlm.Llama.Models;

/// <summary>
/// A LoRA adapter beside the weights of its model (Hu et al. 2021): a pass through the model computes with it or without. Belongs to the model and is
/// freed with it.
/// </summary>
public sealed class LanguageAdapter
{
    internal LanguageAdapter(LlamaModel model, string path, nint handle) => (Model, Path, Handle) = (model, path, handle);

    /// <summary>The model that it was loaded for; no other can use it.</summary>
    public LlamaModel Model { get; }

    /// <summary>The file it was loaded from.</summary>
    public string Path { get; }

    internal nint Handle { get; }
}
