using System.Runtime.InteropServices;
using System.Text;

namespace SparseClip.Vlm.Modeling.Clip.Tokens;

/// <summary>
/// Canonical composition (Unicode Standard Annex 15, form C) by the GLib inside libvips: without ICU, which the products of this repository
/// do not need, <see cref="string.Normalize()"/> returns every text as it is and says nothing.
/// </summary>
internal static unsafe partial class CanonicalComposition
{
    private const string Library = "libvips.so.42";
    private const int DefaultCompose = 1; // G_NORMALIZE_DEFAULT_COMPOSE

    /// <summary>The composed text; an unpaired surrogate becomes U+FFFD.</summary>
    public static string Of(string text) =>
        Ascii.IsValid(text) ? text : string.Join('\0', text.Split('\0').Select(Compose)); // GLib's texts end at a zero

    private static string Compose(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        fixed (byte* start = bytes)
        {
            if (start is null)
            {
                return "";
            }

            var composed = g_utf8_normalize(start, bytes.Length, DefaultCompose);
            try
            {
                return Marshal.PtrToStringUTF8((nint)composed) ?? throw new InvalidOperationException("GLib took valid UTF-8 for invalid.");
            }
            finally
            {
                g_free(composed);
            }
        }
    }

#pragma warning disable IDE1006 // C names.
    [LibraryImport(Library)]
    private static partial byte* g_utf8_normalize(byte* text, nint length, int mode);

    [LibraryImport(Library)]
    private static partial void g_free(byte* memory);
}
