using System.CommandLine;
using System.CommandLine.Parsing;
using System.Text.RegularExpressions;
using SparseClip.Vlm.Cli.Common;
using SparseClip.Vlm.Tests.Shared;

namespace SparseClip.Vlm.Cli.Tests.Documents;

/// <summary>What the documents tell to type is understood. The files that a command names need not be there.</summary>
public partial class DocumentedCommandTests
{
    private const string Program = "eng/sparseclip ";

    public static TheoryData<string, string> Commands => [.. Documents().SelectMany(file => Of(File.ReadAllText(file)).Select(command => (Path.GetFileName(file), command)))];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_of_the_documents_is_understood(string document, string command)
    {
        var parsed = CommandTree.Create().Parse(CommandLineParser.SplitCommandLine(command).ToArray());
        Assert.All(
            parsed.Errors.Where(error => error.SymbolResult is not (OptionResult { Option: IPathSymbol } or ArgumentResult { Argument: IPathSymbol })),
            error => Assert.Fail($"{document}: '{command}': {error.Message}"));
    }

    [Fact]
    public void Every_document_with_commands_was_read() => Assert.InRange(Commands.Count, 20, 1000);

    [Fact]
    public void Lines_that_go_on_comments_and_commands_within_a_sentence_are_read() => Assert.Equal(
        ["ask --image a.png --json", "model pack --tower a --adapter b", "serve --set Threads=2"],
        Of("    eng/sparseclip ask --image a.png --json   # a comment\n    eng/sparseclip model pack --tower a \\\n      --adapter b\nRun `eng/sparseclip serve --set Threads=2` or `eng/sparseclip train` once.\n"));

    /// <summary>README.md, docs/ and the model cards.</summary>
    private static IEnumerable<string> Documents()
    {
        var root = RepositoryFiles.Root;
        return Directory.EnumerateFiles(Path.Combine(root, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Path.Combine(root, "models"), "*.md", SearchOption.AllDirectories))
            .Append(Path.Combine(root, "README.md")).Order(StringComparer.Ordinal);
    }

    /// <summary>The commands of a text without the program's name: lines of code, and spans within a line that have options.</summary>
    private static List<string> Of(string text)
    {
        var lines = Continued().Replace(text, " ").Split('\n').Select(line => line.Trim());
        return [.. lines.SelectMany(line => line.StartsWith(Program, StringComparison.Ordinal)
            ? [Comment().Replace(line[Program.Length..], "").Trim()]
            : Span().Matches(line).Select(match => match.Groups[1].Value).Where(command => command.Contains(" --", StringComparison.Ordinal)))];
    }

    [GeneratedRegex(@"\s*\\\r?\n\s*")]
    private static partial Regex Continued();

    [GeneratedRegex(@"\s#\s.*$")]
    private static partial Regex Comment();

    [GeneratedRegex("`eng/sparseclip ([^`]+)`")]
    private static partial Regex Span();
}
