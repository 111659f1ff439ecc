using System.CommandLine;
using System.CommandLine.Parsing;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Core.Language;

namespace SparseClip.Vlm.Cli;

/// <summary>What is wrong with a command line, told by its most telling error.</summary>
internal static class UsageProblem
{
    private const int NearLetters = 2;

    /// <summary>The words of the line come first, then the values, then what is missing on the disk.</summary>
    public static string Of(ParseResult parsed)
    {
        var (command, name) = (parsed.CommandResult.Command, Name(parsed.CommandResult));
        if (parsed.UnmatchedTokens is [var unknown, ..])
        {
            return Unknown(command, name, unknown, [.. command.Options, .. Inherited(parsed.CommandResult.Parent)]);
        }

        var commands = command.Subcommands.Select(child => child.Name).ToList();
        return commands.Count > 0
            ? $"'{name}' needs a command: {string.Join(", ", commands)}. See '{name} --help'."
            : $"{parsed.Errors.OrderBy(Rank).First().Message} See '{name} --help'.";
    }

    private static string Unknown(Command command, string name, string unknown, IEnumerable<Option> options)
    {
        var commands = command.Subcommands.Select(child => child.Name).ToList();
        var (kind, known) = unknown.StartsWith('-') ? ("option", options.Where(option => !option.Hidden).Select(option => option.Name).ToList()) : ("command", commands);
        if (known.Count == 0)
        {
            return $"'{name}' takes no '{unknown}'; a value with spaces needs quotes. See '{name} --help'.";
        }

        var near = known.MinBy(word => Spelling.Distance(word, unknown))!;
        var hint = Spelling.Distance(near, unknown) <= NearLetters || near.StartsWith(unknown, StringComparison.Ordinal) ? $"did you mean '{near}'?" : $"there are {string.Join(", ", known)}.";
        return $"'{name}' has no {kind} '{unknown}'; {hint}";
    }

    private static int Rank(ParseError error) => error.SymbolResult is OptionResult { Option: IPathSymbol } or ArgumentResult { Argument: IPathSymbol } ? 1 : 0;

    private static IEnumerable<Option> Inherited(SymbolResult? at) =>
        at is CommandResult above ? above.Command.Options.Where(option => option.Recursive).Concat(Inherited(above.Parent)) : [];

    private static string Name(CommandResult? at) => at?.Command is null or RootCommand ? "sparseclip" : $"{Name(at.Parent as CommandResult)} {at.Command.Name}";
}
