using System.CommandLine;
using System.Globalization;
using System.Numerics;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>Options that take a number within a range.</summary>
internal static class NumberOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it says; the range is added.</param>
    /// <param name="standard">Its value where it is not given.</param>
    /// <param name="least">The least that is taken.</param>
    /// <param name="most">The most.</param>
    public static Option<T> Create<T>(string name, string description, T standard, T least, T most)
        where T : struct, INumber<T>
    {
        var option = new Option<T>(name) { Description = FormattableString.Invariant($"{description} ({least}-{most})"), DefaultValueFactory = _ => standard };
        Limit(option, least, most);
        return option;
    }

    /// <summary>One that may be left out and has no upper bound.</summary>
    public static Option<T?> CreateOptional<T>(string name, string description, T least)
        where T : struct, INumber<T>
    {
        var option = new Option<T?>(name) { Description = description };
        Limit(option, least, null);
        return option;
    }

    // By the text that was given: the value of one that is no number cannot be asked for.
    private static void Limit<T>(Option option, T least, T? most)
        where T : struct, INumber<T> => option.Validators.Add(result =>
        {
            if (result.Tokens is [var given, ..] && !(T.TryParse(given.Value, CultureInfo.InvariantCulture, out var value) && value >= least && !(value > most)))
            {
                var range = most is null ? FormattableString.Invariant($"{least} or more") : FormattableString.Invariant($"in {least}..{most}");
                result.AddError($"{option.Name} must be {range}.");
            }
        });
}
