using System.Globalization;

namespace SparseClip.Vlm.Core.Problems;

/// <summary>
/// The rules that settings keep, each a phrase about what is wrong or null: "batch.icons is -1: give 0 or more". A record of settings joins its rules by <see cref="First"/> in a method
/// <c>Problem</c>; who takes the settings throws by it. A value that is no number breaks every rule.
/// </summary>
public static class Rule
{
    /// <summary>The first problem; null if there is none.</summary>
    public static string? First(params ReadOnlySpan<string?> problems)
    {
        foreach (var problem in problems)
        {
            if (problem is not null)
            {
                return problem;
            }
        }

        return null;
    }

    /// <summary>Nothing but values from <paramref name="least"/> on.</summary>
    public static string? AtLeast(string name, double value, double least) =>
        value >= least && double.IsFinite(value) ? null : Wrong(name, value, $"{Text(least)} or more");

    /// <summary>Nothing but values above <paramref name="limit"/>.</summary>
    public static string? Above(string name, double value, double limit) =>
        value > limit && double.IsFinite(value) ? null : Wrong(name, value, $"more than {Text(limit)}");

    /// <summary>Nothing but values from <paramref name="least"/> to <paramref name="most"/>.</summary>
    public static string? Within(string name, double value, double least, double most) =>
        value >= least && value <= most ? null : Wrong(name, value, $"{Text(least)}..{Text(most)}");

    /// <summary>Nothing but values above <paramref name="limit"/>, up to <paramref name="most"/>.</summary>
    public static string? AboveUpTo(string name, double value, double limit, double most) =>
        value > limit && value <= most ? null : Wrong(name, value, $"more than {Text(limit)}, at most {Text(most)}");

    /// <summary>What is said of a value that cannot be.</summary>
    /// <param name="name">The setting, as its reader writes it.</param>
    /// <param name="value">Its value.</param>
    /// <param name="give">What to give instead.</param>
    public static string Wrong(string name, double value, string give) => $"{name} is {Text(value)}: give {give}";

    private static string Text(double value) => value.ToString(CultureInfo.InvariantCulture);
}
