using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Llama.Tests;

[assembly: AssemblyFixture(typeof(SmolLm))]

namespace SparseClip.Vlm.Llama.Tests;

/// <summary>The language model of the default bundle, loaded once.</summary>
public sealed class SmolLm : IDisposable
{
    public static readonly string Path = Repository.File("models/default/smollm2-135m-instruct-q4_1.gguf");

    public LlamaModel Model { get; } = LlamaModel.Load(Path);

    public void Dispose() => Model.Dispose();
}
