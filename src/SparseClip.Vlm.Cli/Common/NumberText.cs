using System.Globalization;
using System.Numerics;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>
/// Numbers as arguments have them: digits with a decimal point and no separators, whatever the machine's language. A comma is refused, since it is a decimal point
/// to some readers and separates thousands for others.
/// </summary>
internal static class NumberText
{
    /// <summary>Reads a finite number.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="value">The number.</param>
    /// <param name="problem">What is wrong with the text and what to write instead; empty when it was read.</param>
    public static bool TryParse<T>(string text, out T value, out string problem)
        where T : struct, INumber<T>
    {
        var isRead = TryRead(text, out value);
        problem = isRead ? "" : Problem<T>(text);
        return isRead;
    }

    private static bool TryRead<T>(string text, out T value)
        where T : struct, INumber<T> => T.TryParse(text, Style<T>(), CultureInfo.InvariantCulture, out value) && T.IsFinite(value);

    private static NumberStyles Style<T>()
        where T : struct, INumber<T> =>
        IsWhole<T>() ? NumberStyles.AllowLeadingSign : NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    private static bool IsWhole<T>()
        where T : struct, INumber<T> => T.IsZero(T.One / (T.One + T.One));

    private static string Problem<T>(string text)
        where T : struct, INumber<T>
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return "no number was given";
        }

        if (text.Contains(',', StringComparison.Ordinal))
        {
            string[] readings = text.Contains('.', StringComparison.Ordinal) ? [] : [text.Replace(',', '.'), text.Replace(",", "", StringComparison.Ordinal)];
            var instead = readings.Where(reading => TryRead<T>(reading, out _)).Take(IsThousands(text) ? 2 : 1).ToList();
            return instead.Count > 0
                ? $"'{text}' has a comma; write {string.Join(" or ", instead)}"
                : $"'{text}' has a comma; write a decimal point, and nothing between thousands";
        }

        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var real)
            ? !double.IsFinite(real) ? $"'{text}' is not finite" : real != Math.Truncate(real) && IsWhole<T>() ? $"'{text}' is no whole number" : $"'{text}' is out of it"
            : $"'{text}' is no number";
    }

    // 1,000 may mean one or a thousand; 0,5 only a half.
    private static bool IsThousands(string text) => text.Length - text.LastIndexOf(',') == 4;
}
