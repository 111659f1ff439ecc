using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

[assembly: DisableRuntimeMarshalling]

namespace SparseClip.Vlm.Llama.Interop;

/// <summary>
/// The C functions of llama.h and ggml-backend.h that this project calls, names and argument order kept. Nothing here checks anything:
/// callers guard what would abort the process.
/// </summary>
internal static unsafe partial class LlamaNative
{
    internal const string Llama = "llama";
    internal const string Ggml = "ggml";

    [LibraryImport(Llama)]
    internal static partial byte* llama_version();

    [LibraryImport(Llama)]
    internal static partial void llama_log_set(delegate* unmanaged[Cdecl]<int, byte*, void*, void> log_callback, void* user_data);

    [LibraryImport(Llama)]
    internal static partial void llama_backend_init();

    [LibraryImport(Ggml, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void ggml_backend_load_all_from_path(string dir_path);

    [LibraryImport(Llama)]
    internal static partial nuint llama_max_parallel_sequences();
}
