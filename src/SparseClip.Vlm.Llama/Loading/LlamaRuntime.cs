using LLama.Exceptions;
using LLama.Native;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// The llama.cpp libraries of this process: loaded once, from one folder, proven to be the build that LLamaSharp's structs were written for. A
/// process holds them until it ends; that is why this is the one static thing here.
/// </summary>
public static class LlamaRuntime
{
    /// <summary>Names the folder of a libllama to use instead of the packaged one.</summary>
    public const string EnvironmentVariable = "SPARSECLIP_LLAMA_DIR";

    /// <summary>The commit of llama.cpp that the pinned LLamaSharp belongs to; libraries of another one may have other structs.</summary>
    internal const string Commit = "815a2a591";

    private static readonly Lock Gate = new();
    private static string? _named;
    private static LlamaException? _failed;

    /// <summary>Where libllama was loaded from; null before.</summary>
    public static string? Folder { get; private set; }

    /// <summary>Loads the libraries; does nothing when that is done. Thread-safe.</summary>
    /// <param name="directory">See <see cref="Models.LlamaModelOptions.NativeDirectory"/>.</param>
    /// <exception cref="LlamaException">
    /// The libraries are missing, do not load, are another version, or another folder's were loaded before. Libraries that do not load are final for the process.
    /// </exception>
    public static void EnsureLoaded(string? directory = null)
    {
        var named = directory ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        named = string.IsNullOrWhiteSpace(named) ? null : Path.GetFullPath(named);
        // The lock is taken a few times in the life of a process; a channel would need a thread.
        lock (Gate)
        {
            if (_failed is not null)
            {
                throw new LlamaException(_failed.Message, _failed);
            }

            if (Folder is not null)
            {
                if (directory is not null && named != _named)
                {
                    throw new LlamaException(
                        $"This process already runs llama.cpp from '{Folder}'; it cannot load '{named}' beside it. Start a new process.");
                }

                return;
            }

            NativeLibraries.Select(named);
            try
            {
                Folder = Load(named ?? NativeLibraries.Packaged);
                _named = named;
            }
            catch (LlamaException e)
            {
                // .NET does not run a type's initialiser again, and that is where LLamaSharp loads.
                _failed = e;
                throw;
            }
        }
    }

    private static string Load(string folder)
    {
        try
        {
            using (new OpenMpWaiting())
            {
                // The first native call loads the libraries; the structs' own Default() before it would look for them elsewhere.
                NativeApi.llama_empty_call();
            }
        }
        catch (Exception e) when (e is TypeInitializationException or RuntimeError or DllNotFoundException or EntryPointNotFoundException)
        {
            throw NativeLibraries.Failure(folder, e);
        }

        NativeLibraries.CheckCommit(folder, LlamaExports.Commit());
        return folder;
    }
}
