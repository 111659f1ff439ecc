using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.Requests;

/// <summary>Refuses text that could never be read before it is cut into tokens, which takes the longer the more there is.</summary>
internal static class TextLength
{
    /// <summary>Checks the texts of a request, together.</summary>
    /// <param name="texts">The texts.</param>
    /// <param name="most">The most characters.</param>
    /// <param name="param">The field that holds them.</param>
    /// <exception cref="RefusedException">413: there are more characters.</exception>
    public static void Check(IEnumerable<string?> texts, int most, string param)
    {
        var count = texts.Sum(text => (long)(text?.Length ?? 0));
        if (count > most)
        {
            throw new RefusedException(413, ErrorCodes.TextTooLong, $"The texts have {count} characters; this server takes {most}. Shorten them.", param);
        }
    }
}
