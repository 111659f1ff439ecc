using System.Runtime.InteropServices;
using LLama.Native;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>Which llama.cpp libraries LLamaSharp is told to load, and what is said when it cannot.</summary>
internal static class NativeLibraries
{
    /// <summary>The folder of the packaged libraries; below it is one for each level of processor.</summary>
    public static string Packaged => Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeIdentifier(), "native");

    /// <summary>Chooses before the first native call; afterwards LLamaSharp refuses any change.</summary>
    /// <param name="named">The folder of another libllama; null for the packaged ones.</param>
    /// <exception cref="LlamaException">There is no libllama there.</exception>
    public static void Select(string? named)
    {
        if (Find(named ?? Packaged, "llama") is not { } library)
        {
            throw new LlamaException(
                $"There is no {FileName("llama")} in '{named ?? Packaged}'. Build the project, which puts it there, or set {LlamaRuntime.EnvironmentVariable} " +
                "to the folder that holds one.");
        }

        // LLamaSharp would look in the current directory before the program's, and with its fallback in the system's folders at last: whoever
        // can write there could have his library loaded.
        NativeLibraryConfig.All
            .WithLogCallback(LlamaLog.Receive)
            .WithSearchDirectory(AppContext.BaseDirectory)
            .WithAutoFallback(false)
            .WithCuda(Directory.Exists(Path.Combine(Packaged, "cuda12")))
            .WithVulkan(Directory.Exists(Path.Combine(Packaged, "vulkan")))
            .WithLibrary(named is null ? null : library, null);
    }

    /// <summary>Why the libraries did not load, in the words of the system's loader, which names what is lacking.</summary>
    public static LlamaException Failure(string folder, Exception error)
    {
        var reason = error.InnerException?.Message ?? error.Message;
        try
        {
            NativeLibrary.Load(Find(folder, "ggml-cpu") ?? Path.Combine(folder, FileName("ggml-cpu")));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            reason = e.Message;
        }

        return new LlamaException(
            $"The llama.cpp libraries in '{folder}' could not be loaded: {reason} They need glibc 2.34, libstdc++ of GCC 11 or newer and libgomp " +
            "(Debian and Ubuntu: apt-get install libgomp1), and the machine's own architecture.", error);
    }

    /// <exception cref="LlamaException">The library was built from another commit than LLamaSharp's structs describe.</exception>
    public static void CheckCommit(string folder, string actual)
    {
        // Git abbreviates to a length that differs between clones.
        const string Expected = LlamaRuntime.Commit;
        var common = Math.Min(Expected.Length, actual.Length);
        if (common < 7 || Expected[..common] != actual[..common])
        {
            throw new LlamaException(
                $"The llama.cpp in '{folder}' was built from commit '{actual}'; its structures may differ from those of {Expected}, which this " +
                $"program was built for. Build llama.cpp at {Expected} as shared libraries, or unset {LlamaRuntime.EnvironmentVariable}.");
        }
    }

    private static string? Find(string folder, string library) => Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, FileName(library), SearchOption.AllDirectories).Order(StringComparer.Ordinal).FirstOrDefault()
        : null;

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    /// <summary><c>linux-x64</c>, <c>linux-musl-x64</c>, <c>win-arm64</c>: as LLamaSharp names its folders.</summary>
    private static string RuntimeIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        var musl = RuntimeInformation.RuntimeIdentifier.Contains("musl", StringComparison.Ordinal) ? "-musl" : "";
        return $"{system}{musl}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }
}
