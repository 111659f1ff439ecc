using System.Text;

namespace SparseClip.Vlm.Llama.Generation;

/// <summary>
/// Turns the bytes of tokens into text that can be shown at once: characters are whole, and what may become a stop string is held back until
/// that is decided.
/// </summary>
internal sealed class TextStream(IReadOnlyList<string> stops)
{
    private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();
    private readonly StringBuilder _held = new();

    /// <summary>Whether a stop string appeared; nothing comes after it.</summary>
    public bool Stopped { get; private set; }

    /// <summary>Characters that whole tokens made so far, given out or held back.</summary>
    public int Decoded { get; private set; }

    /// <summary>Characters given out so far.</summary>
    public int Given { get; private set; }

    /// <summary>Takes the bytes of a token and gives the text that is certain by now.</summary>
    public string Add(ReadOnlySpan<byte> piece)
    {
        Span<char> chars = new char[_decoder.GetCharCount(piece, flush: false)];
        _decoder.GetChars(piece, chars, flush: false);
        _held.Append(chars);
        Decoded += chars.Length;
        var text = _held.ToString();
        var end = FirstStop(text);
        Stopped = end >= 0;
        var certain = Stopped ? end : text.Length - Undecided(text);
        _held.Remove(0, Stopped ? text.Length : certain);
        Given += certain;
        return text[..certain];
    }

    /// <summary>The held text when no more tokens come. Bytes of an unfinished character are dropped.</summary>
    public string Finish()
    {
        var text = _held.ToString();
        _held.Clear();
        Given += text.Length;
        return text;
    }

    private int FirstStop(string text)
    {
        var first = -1;
        foreach (var stop in stops)
        {
            var at = text.IndexOf(stop, StringComparison.Ordinal);
            first = at >= 0 && (first < 0 || at < first) ? at : first;
        }

        return first;
    }

    /// <summary>The length of the longest end of the text that begins a stop string.</summary>
    private int Undecided(string text)
    {
        var longest = 0;
        foreach (var stop in stops)
        {
            for (var length = Math.Min(stop.Length - 1, text.Length); length > longest; length--)
            {
                if (text.AsSpan(text.Length - length).SequenceEqual(stop.AsSpan(0, length)))
                {
                    longest = length;
                }
            }
        }

        return longest;
    }
}
