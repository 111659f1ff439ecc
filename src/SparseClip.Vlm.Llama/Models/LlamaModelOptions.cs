namespace SparseClip.Vlm.Llama.Models;

/// <summary>How a model file is loaded.</summary>
public sealed record LlamaModelOptions
{
    /// <summary>
    /// The folder of the llama.cpp libraries; null for the environment variable <c>SPARSECLIP_LLAMA_DIR</c>, and without that
    /// <c>runtimes/(rid)/native</c> beside the program. The first model of a process decides.
    /// </summary>
    public string? NativeDirectory { get; init; }

    /// <summary>Layers that go to a GPU, where the libraries have such a backend; -1 for all.</summary>
    public int GpuLayers { get; init; } = -1;

    /// <summary>Looks at every weight while loading and refuses files with NaN or infinite ones. Costs one pass over the file.</summary>
    public bool CheckTensors { get; init; } = true;
}
