using System.Text;
using LLama.Native;

namespace SparseClip.Vlm.Llama.Loading;

/// <summary>
/// Receives what llama.cpp would print to standard error. Its log is one for the process; the warnings and errors of a thread go to the
/// <see cref="Listener"/> that is open on it, so that an exception can say why loading failed and an engine's warnings reach its owner.
/// </summary>
internal static class LlamaLog
{
    [ThreadStatic]
    private static Listener? _listener;

    /// <summary>The one callback that llama.cpp and LLamaSharp's loader get; a field, because native code holds on to it.</summary>
    public static readonly NativeLogConfig.LLamaLogCallback Receive = (level, text) => _listener?.Take(level, text);

    /// <summary>Gets the warnings and errors that the calls of this thread cause until it is disposed.</summary>
    internal sealed class Listener : IDisposable
    {
        private const int MostLines = 20;

        private readonly Action<string>? _line;
        private readonly Listener? _outer = _listener;
        private readonly StringBuilder _unfinished = new();
        private readonly List<string> _lines = [];
        private bool _wanted;

        /// <param name="line">Gets each line; null to keep them only.</param>
        public Listener(Action<string>? line)
        {
            _line = line;
            _listener = this;
        }

        /// <summary>In one line: what was logged first; empty for nothing.</summary>
        public string Text => string.Join("; ", _lines);

        /// <summary>The listener before it listens again.</summary>
        public void Dispose() => _listener = _outer;

        internal void Take(LLamaLogLevel level, string text)
        {
            // A line may come in pieces; those after the first have a level of their own.
            _wanted = level is LLamaLogLevel.Warning or LLamaLogLevel.Error || (_wanted && level == LLamaLogLevel.Continue);
            if (!_wanted)
            {
                return;
            }

            _unfinished.Append(text);
            if (!text.EndsWith('\n'))
            {
                return;
            }

            var line = _unfinished.ToString().Trim();
            _unfinished.Clear();
            if (line.Length > 0)
            {
                Add(line);
            }
        }

        private void Add(string line)
        {
            if (_lines.Count < MostLines)
            {
                _lines.Add(line);
            }

            _line?.Invoke(line);
        }
    }
}
