using System.CommandLine;
using System.CommandLine.Parsing;
using System.Numerics;

namespace SparseClip.Vlm.Cli.Common;

/// <summary>Options that take a number within a range. Whatever else is given is refused before the command runs.</summary>
internal static class NumberOption
{
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it says; the range is added.</param>
    /// <param name="standard">Its value where it is not given.</param>
    /// <param name="least">The least that is taken.</param>
    /// <param name="most">The most.</param>
    public static Option<T> Create<T>(string name, string description, T standard, T least, T most)
        where T : struct, INumber<T> => new(name)
        {
            Description = FormattableString.Invariant($"{description} ({least}-{most})"),
            DefaultValueFactory = _ => standard,
            CustomParser = result => Read(result, name, least, most) ?? default,
        };

    /// <summary>One that may be left out.</summary>
    /// <param name="name">With its dashes.</param>
    /// <param name="description">What it says; the range is added where it has two ends.</param>
    /// <param name="least">The least that is taken.</param>
    /// <param name="most">The most; null for no bound.</param>
    public static Option<T?> CreateOptional<T>(string name, string description, T least, T? most = null)
        where T : struct, INumber<T> => new(name)
        {
            Description = most is null ? description : FormattableString.Invariant($"{description} ({least}-{most})"),
            CustomParser = result => Read(result, name, least, most),
        };

    private static T? Read<T>(ArgumentResult result, string name, T least, T? most)
        where T : struct, INumber<T>
    {
        var given = result.Tokens[0].Value;
        if (NumberText.TryParse(given, out T value, out var problem))
        {
            if (value >= least && !(value > most))
            {
                return value;
            }

            problem = $"'{given}' is out of it";
        }

        var range = most is null ? FormattableString.Invariant($"{least} or more") : FormattableString.Invariant($"in {least}..{most}");
        result.AddError($"{name} must be {range}: {problem}.");
        return null;
    }
}
