using System.Runtime.InteropServices;
using LLama.Native;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// The functions that LLamaSharp does not bind, or whose answer it does not pass on. Only after it has loaded the libraries: their names then mean
/// those in memory.
/// </summary>
internal static unsafe partial class LlamaExports
{
    /// <summary>The abbreviated commit that the libraries were built from.</summary>
    public static string Commit()
    {
        try
        {
            return Marshal.PtrToStringUTF8((nint)ggml_commit()) ?? "";
        }
        catch (EntryPointNotFoundException)
        {
            return "unknown";
        }
    }

    /// <summary>Whether a model mixes attention with recurrent states, which cannot be shortened to a prefix.</summary>
    public static bool IsHybrid(SafeLlamaModelHandle model) => llama_model_is_hybrid(model) != 0;

    /// <summary>Loads a LoRA adapter, which is freed together with the model. 0 where llama.cpp refuses it; LLamaSharp would hand out the 0 as an adapter.</summary>
    /// <param name="model">The model it belongs to.</param>
    /// <param name="path">A file that <see cref="Formats.Gguf.LoraCheck"/> found to fit the model.</param>
    public static nint LoadLora(SafeLlamaModelHandle model, string path) => llama_adapter_lora_init(model, path);

    /// <summary>Computes from now on with one adapter, at its full strength, or with none. llama.cpp plans its buffers anew at the next decode when that is a change.</summary>
    /// <param name="context">The context.</param>
    /// <param name="lora">What <see cref="LoadLora"/> gave; 0 for none.</param>
    /// <returns>Whether llama.cpp did it.</returns>
    public static bool SetLora(SafeLLamaContextHandle context, nint lora)
    {
        var scale = 1f;
        return llama_set_adapters_lora(context, &lora, lora == 0 ? 0u : 1u, &scale) == 0;
    }

    [LibraryImport("ggml-base")]
    private static partial byte* ggml_commit();

    [LibraryImport("llama")]
    private static partial byte llama_model_is_hybrid(SafeLlamaModelHandle model);

    [LibraryImport("llama", StringMarshalling = StringMarshalling.Utf8)]
    private static partial nint llama_adapter_lora_init(SafeLlamaModelHandle model, string path);

    [LibraryImport("llama")]
    private static partial int llama_set_adapters_lora(SafeLLamaContextHandle context, nint* adapters, nuint count, float* scales);
}
