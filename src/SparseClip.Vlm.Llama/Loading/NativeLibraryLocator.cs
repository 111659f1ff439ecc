using System.Runtime.InteropServices;
using System.Text.RegularExpressions;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// Finds the llama.cpp libraries. Their file names carry versions that differ between platforms and releases
/// (<c>libllama.v0.5.0.so</c>, <c>llama.dll</c>, <c>libllama.dylib</c>), so they are found by pattern.
/// </summary>
internal static partial class NativeLibraryLocator
{
    public const string EnvironmentVariable = "SPARSECLIP_LLAMA_DIR";

    /// <summary>The folder to load from: the option, else the environment variable, else beside the program.</summary>
    public static string Folder(string? option)
    {
        var named = option ?? Environment.GetEnvironmentVariable(EnvironmentVariable);
        if (!string.IsNullOrWhiteSpace(named))
        {
            return Path.GetFullPath(named);
        }

        return Path.Combine(AppContext.BaseDirectory, "runtimes", RuntimeIdentifier(), "native");
    }

    /// <summary>The path of one library in a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="name"><c>llama</c> or <c>ggml</c>.</param>
    /// <exception cref="LlamaException">There is no such folder or file.</exception>
    public static string Find(string folder, string name)
    {
        if (!Directory.Exists(folder))
        {
            throw new LlamaException(
                $"The llama.cpp libraries were looked for in '{folder}', which does not exist. Build the project (it unpacks them there), " +
                $"or set {EnvironmentVariable} to the folder that holds lib{name}.");
        }

        // The longest name wins: libllama.v0.5.0.so over a bare symbolic link.
        return Directory.EnumerateFiles(folder)
            .Where(f => Library().Match(Path.GetFileName(f)) is { Success: true } m && m.Groups["name"].Value == name)
            .OrderByDescending(f => f.Length).ThenByDescending(f => f, StringComparer.Ordinal)
            .FirstOrDefault()
            ?? throw new LlamaException(
                $"There is no lib{name} in '{folder}'. Build the project anew, or set {EnvironmentVariable} to a folder of llama.cpp libraries.");
    }

    /// <summary><c>linux-x64</c>, <c>win-arm64</c>, <c>osx-arm64</c>: without the distribution.</summary>
    private static string RuntimeIdentifier()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";
    }

    // Not libllama-common, not libggml-base, not libggml-cpu-*.
    [GeneratedRegex(@"^(lib)?(?<name>llama|ggml)([.-](cuda|vulkan|metal))?([.-]v?\d[\w.]*?)?\.(so|dll|dylib)(\.\d[\d.]*)?$", RegexOptions.CultureInvariant)]
    private static partial Regex Library();
}
