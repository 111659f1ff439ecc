using LLama;
using LLama.Native;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Llama.Gguf;
using SparseClip.Vlm.Llama.Loading;

namespace SparseClip.Vlm.Llama.Models;

/// <summary>
/// A language model with the weights of its blocks in another type: llama.cpp lays those of some types out anew for the processor at hand and computes them two to three times as fast as others
/// (docs/benchmarks.md). Token embeddings stay as they are.
/// </summary>
public static class Requantization
{
    /// <summary>Writes the model. It appears under its name only when all of it is on the disk.</summary>
    /// <param name="source">The GGUF file.</param>
    /// <param name="target">The file to write; its folder exists.</param>
    /// <param name="type">One of <see cref="WeightTypes"/>.</param>
    /// <exception cref="ArgumentException">There is no such type.</exception>
    /// <exception cref="LlamaException">The model is damaged, llama.cpp is missing or refuses, or the file cannot be written.</exception>
    public static void Write(string source, string target, string type)
    {
        GgufCheck.Check(source);
        LlamaRuntime.EnsureLoaded(null);
        var partial = target + ".partial";
        using var log = new LlamaLog.Listener(line: null);
        try
        {
            if (!LLamaQuantizer.Quantize(source, partial, Of(type), nthread: Environment.ProcessorCount, allowRequantize: true, quantizeOutputTensor: false))
            {
                throw new LlamaException($"llama.cpp does not write '{source}' as {type} to '{target}': {(log.Text.Length > 0 ? log.Text : "it gives no reason")}. Is there room on the disk?");
            }

            File.Move(partial, target, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new LlamaException($"'{target}' cannot be written: {e.Message}", e);
        }
        finally
        {
            if (File.Exists(partial))
            {
                File.Delete(partial);
            }
        }
    }

    private static LLamaFtype Of(string type) => type switch
    {
        WeightTypes.Q4 => (LLamaFtype)2,
        WeightTypes.Q8 => (LLamaFtype)7,
        _ => throw new ArgumentException($"'{type}' is no type of weights; give one of {string.Join(", ", WeightTypes.All)}.", nameof(type)),
    };
}
