using SparseClip.Vlm.Formats.Gguf;
using SparseClip.Vlm.Llama.Models;
using SparseClip.Vlm.Llama.Tests;
using SparseClip.Vlm.Tests.Shared;

[assembly: AssemblyFixture(typeof(TinyAdapter))]

namespace SparseClip.Vlm.Llama.Tests;

/// <summary>A random LoRA adapter of rank 4 of every matrix of <see cref="TinyModel"/>, and the model with the adapter merged into its weights.</summary>
public sealed class TinyAdapter : IDisposable
{
    private const int Rank = 4;
    private const float Alpha = 8;
    private readonly TinyModel _tiny = new();

    public TinyAdapter()
    {
        Path = _tiny.NewFile();
        LoraFile.Write(Path, "llama", Alpha, Pairs(_tiny.Path));
        var merged = _tiny.NewFile();
        WriteMerged(_tiny.Path, merged);
        Merged = LlamaModel.Load(merged);
        Adapter = Model.LoadAdapter(Path);
    }

    public string Path { get; }

    /// <summary>The plain model.</summary>
    public LlamaModel Model => _tiny.Model;

    public LanguageAdapter Adapter { get; }

    /// <summary>W + alpha / r * B A in the place of every W.</summary>
    public LlamaModel Merged { get; }

    public string NewFile() => _tiny.NewFile();

    /// <summary>A pair for every matrix of the blocks, strong enough to change what is said.</summary>
    public static List<LoraPair> Pairs(string model)
    {
        using var file = GgufFile.Open(model);
        var random = new Random(2);
        return [.. file.Tensors.Where(IsAdapted).Select(tensor => new LoraPair(
            tensor.Name, Rank, (int)tensor.Shape[1], (int)tensor.Shape[0],
            Uniform(random, Rank * (int)tensor.Shape[1]), Uniform(random, (int)tensor.Shape[0] * Rank)))];
    }

    public void Dispose()
    {
        Merged.Dispose();
        _tiny.Dispose();
    }

    private static bool IsAdapted(GgufTensor tensor) => tensor.Name.StartsWith("blk.", StringComparison.Ordinal) && tensor.Shape.Count == 2;

    private static void WriteMerged(string model, string path)
    {
        using var file = GgufFile.Open(model);
        var pairs = Pairs(model).ToDictionary(pair => pair.Tensor);
        var writer = new GgufWriter();
        foreach (var key in file.Metadata.Keys)
        {
            writer.Set(key, file.Metadata.Find(key)!);
        }

        foreach (var tensor in file.Tensors)
        {
            var values = file.ReadFloats(tensor.Name);
            if (pairs.TryGetValue(tensor.Name, out var pair))
            {
                Add(values, pair);
            }

            writer.Add(tensor.Name, tensor.Shape.ToArray(), values);
        }

        writer.Write(path);
    }

    private static void Add(float[] weight, LoraPair pair)
    {
        for (var o = 0; o < pair.Outputs; o++)
        {
            for (var i = 0; i < pair.Inputs; i++)
            {
                var sum = 0.0;
                for (var r = 0; r < pair.Rank; r++)
                {
                    sum += (double)pair.B[(o * pair.Rank) + r] * pair.A[(r * pair.Inputs) + i];
                }

                weight[(o * pair.Inputs) + i] += (float)(Alpha / pair.Rank * sum);
            }
        }
    }

    private static float[] Uniform(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => 0.6f * ((2 * random.NextSingle()) - 1))];
}
