namespace SparseClip.Vlm.Llama.Models;

/// <summary>How a model file is loaded.</summary>
public sealed record LlamaModelOptions
{
    /// <summary>
    /// The folder of another libllama, built from the commit of llama.cpp that LLamaSharp was; null for the environment variable
    /// <c>SPARSECLIP_LLAMA_DIR</c>, and without that the packaged one beside the program. The first model of a process decides.
    /// </summary>
    public string? NativeDirectory { get; init; }

    /// <summary>Layers that go to a GPU, where the libraries have such a backend; -1 for all.</summary>
    public int GpuLayers { get; init; } = -1;

    /// <summary>Looks at every weight while loading and refuses files with NaN or infinite ones. Costs one pass over the file.</summary>
    public bool CheckTensors { get; init; } = true;

    /// <summary>The type that the weights are computed in (<see cref="Core.Models.WeightTypes"/>), made anew in the system's folder for temporary files at each load; null for that of the file.</summary>
    public string? ComputeAs { get; init; }

    /// <summary>
    /// Gets llama.cpp's warnings and errors, a line each: of the loading, and later of every engine that runs the model. Called on the thread
    /// that loads or computes, so it should not take long. Null to drop them; what makes a call fail is in its exception anyway.
    /// </summary>
    public Action<string>? Warnings { get; init; }
}
