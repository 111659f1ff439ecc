using NetVips;

namespace SparseClip.Vlm.Data.Building;

/// <summary>
/// Keeps libvips from printing to the error stream about pictures that are skipped: what is wrong with them also comes as an exception. Ends
/// when disposed.
/// </summary>
internal sealed class QuietDecoding : IDisposable
{
    private const string Domain = "VIPS";

    // Held here, because native code calls it.
    private readonly Log.LogDelegate ignore = (_, _, _) => { };
    private readonly uint handler;

    public QuietDecoding() => handler = Log.SetLogHandler(Domain, Enums.LogLevelFlags.Warning, ignore);

    public void Dispose() => Log.RemoveLogHandler(Domain, handler);
}
