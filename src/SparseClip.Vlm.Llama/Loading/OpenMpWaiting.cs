using System.Runtime.InteropServices;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// How long llama.cpp's threads spin at each of their barriers before they sleep. GNU OpenMP's own 300,000 rounds are milliseconds, and there are about a
/// thousand barriers a token: when other programs want the cores, most of the time goes into spinning. Sleeping at once costs two to four times
/// the time on free cores. 500 rounds, about ten microseconds, are as fast as its own on free cores (docs/benchmarks.md).
/// </summary>
/// <remarks>The library reads its environment when it is loaded; it is put back then, so that libtorch's OpenMP keeps what it had.</remarks>
internal sealed partial class OpenMpWaiting : IDisposable
{
    public const string Variable = "GOMP_SPINCOUNT";
    public const string Rounds = "500";

    private readonly bool _set;

    /// <summary>Sets the rounds for the libraries that are loaded until it is disposed, unless the user has chosen.</summary>
    public OpenMpWaiting()
    {
        // .NET keeps a copy of the environment; native code sees what setenv changes.
        _set = OperatingSystem.IsLinux() && !IsChosen(Variable) && !IsChosen("OMP_WAIT_POLICY") && setenv(Variable, Rounds, 0) == 0;
    }

    public void Dispose()
    {
        if (_set)
        {
            _ = unsetenv(Variable);
        }
    }

    private static bool IsChosen(string variable) => Environment.GetEnvironmentVariable(variable) is not null;

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int setenv(string name, string value, int overwrite);

    [LibraryImport("libc", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int unsetenv(string name);
}
