using System.Reflection;
using System.Runtime.InteropServices;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// The llama.cpp libraries of this process: loaded once, from one folder, proven to be the version this project was written against. A process
/// holds them until it ends; that is why this is the one static thing here.
/// </summary>
public static class LlamaRuntime
{
    /// <summary>The versions of llama.cpp whose structs have the layout that is compiled in.</summary>
    internal static readonly string[] SupportedVersions = ["0.5.0", "0.4.0"];

    private static readonly Lock Gate = new();
    private static string? _loadedFrom;
    private static nint _llama;
    private static nint _ggml;

    /// <summary>What <c>llama_version()</c> answers, such as <c>0.5.0-dev</c>; null before anything was loaded.</summary>
    public static string? Version { get; private set; }

    /// <summary>Loads and proves the libraries; does nothing when that is done. Thread-safe.</summary>
    /// <param name="directory">See <see cref="Models.LlamaModelOptions.NativeDirectory"/>.</param>
    /// <exception cref="LlamaException">The libraries are missing, do not load, are another version or another folder's were loaded before.</exception>
    public static void EnsureLoaded(string? directory = null)
    {
        // The lock is taken a few times in the life of a process; a channel would need a thread.
        lock (Gate)
        {
            var folder = NativeLibraryLocator.Folder(directory);
            if (_loadedFrom is not null)
            {
                if (directory is not null && folder != _loadedFrom)
                {
                    throw new LlamaException(
                        $"This process already runs llama.cpp from '{_loadedFrom}'; it cannot load '{folder}' beside it. Start a new process.");
                }

                return;
            }

            Load(folder);
            _loadedFrom = folder;
        }
    }

    private static unsafe void Load(string folder)
    {
        if (_llama == 0)
        {
            var llama = NativeLibraryLocator.Find(folder, LlamaNative.Llama);
            _ggml = Open(NativeLibraryLocator.Find(folder, LlamaNative.Ggml));
            _llama = Open(llama);
            NativeLibrary.SetDllImportResolver(typeof(LlamaRuntime).Assembly, Resolve);
        }

        string version;
        try
        {
            version = Marshal.PtrToStringUTF8((nint)LlamaNative.llama_version()) ?? "";
        }
        catch (EntryPointNotFoundException)
        {
            throw new LlamaException(
                $"The llama.cpp in '{folder}' does not tell its version: it is older than the supported {string.Join(", ", SupportedVersions)}.");
        }

        LayoutProof.Check(version, folder);
        LlamaLog.Redirect();
        LlamaNative.ggml_backend_load_all_from_path(folder);
        LlamaNative.llama_backend_init();
        Version = version;
    }

    private static nint Open(string path)
    {
        try
        {
            return NativeLibrary.Load(path);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new LlamaException(
                $"'{path}' could not be loaded: {e.Message} It needs glibc 2.34 and libstdc++ of GCC 11 or newer, and the machine's own architecture.", e);
        }
    }

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? searchPath) => name switch
    {
        LlamaNative.Llama => _llama,
        LlamaNative.Ggml => _ggml,
        _ => 0,
    };
}
