using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using SparseClip.Vlm.Llama.Interop;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// Receives what llama.cpp would print to standard error. Warnings and errors of the current thread are kept while a
/// <see cref="Capture"/> is open, so that an exception can say why loading failed.
/// </summary>
internal static unsafe class LlamaLog
{
    private const int Warning = 3;
    private const int Error = 4;
    private const int Longest = 2000;

    [ThreadStatic]
    private static StringBuilder? _captured;

    public static void Redirect() => LlamaNative.llama_log_set(&Receive, null);

    /// <summary>Keeps the warnings and errors that the calls of this thread cause until it is disposed.</summary>
    public static Captured Capture() => new();

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Receive(int level, byte* text, void* user)
    {
        if (level is Warning or Error && _captured is { Length: < Longest } lines)
        {
            lines.Append(Marshal.PtrToStringUTF8((nint)text));
        }
    }

    internal readonly ref struct Captured
    {
        private readonly StringBuilder _lines = new();

        public Captured() => _captured = _lines;

        /// <summary>One line: what was logged so far.</summary>
        public string Text =>
            string.Join("; ", _lines.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries));

        public void Dispose()
        {
            if (_captured == _lines)
            {
                _captured = null;
            }
        }
    }
}
