using System.Runtime.InteropServices;
using LLama.Native;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>The two functions that LLamaSharp does not bind. Only after it has loaded the libraries: their names then mean those in memory.</summary>
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

    [LibraryImport("ggml-base")]
    private static partial byte* ggml_commit();

    [LibraryImport("llama")]
    private static partial byte llama_model_is_hybrid(SafeLlamaModelHandle model);
}
