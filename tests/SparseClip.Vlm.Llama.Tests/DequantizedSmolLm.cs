using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Llama.Tests;

/// <summary>The language model of the default bundle with every weight as float32 (540 MB in a temporary folder): the same numbers, no rounding on the way.</summary>
public sealed class DequantizedSmolLm : IDisposable
{
    private const uint AllFloat32 = 0;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("smollm-f32-");

    public DequantizedSmolLm()
    {
        var path = System.IO.Path.Combine(_folder.FullName, "smollm2-f32.gguf");
        using (var source = GgufFile.Open(SmolLm.Path))
        {
            var writer = new GgufWriter();
            foreach (var key in source.Metadata.Keys)
            {
                writer.Set(key, source.Metadata.Find(key)!);
            }

            writer.Set("general.file_type", AllFloat32);
            foreach (var tensor in source.Tensors)
            {
                writer.Add(tensor.Name, tensor.Shape.ToArray(), source.ReadFloats(tensor.Name));
            }

            writer.Write(path);
        }

        Model = LlamaModel.Load(path);
    }

    public LlamaModel Model { get; }

    public void Dispose()
    {
        Model.Dispose();
        _folder.Delete(recursive: true);
    }
}
