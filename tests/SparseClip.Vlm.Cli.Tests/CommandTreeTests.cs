using System.CommandLine;
using SparseClip.Vlm.Cli.Common;

namespace SparseClip.Vlm.Cli.Tests;

/// <summary>What holds for every command and option, whichever come.</summary>
public sealed class CommandTreeTests : IDisposable
{
    private static readonly string[] s_badNumbers = ["", " ", "much", "NaN", "Infinity", "1e999", "-1e999", "0,5", "1.000,5", "1,000,000", "--", "½"];
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-arguments-");

    public static TheoryData<string> Commands => [.. Leaves(CommandTree.Create()).Select(leaf => leaf.Path)];

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_number_that_is_none_is_refused_by_every_option_that_takes_one(string path)
    {
        foreach (var option in Leaf(path).Options.Where(option => IsNumber(option.ValueType)))
        {
            foreach (var bad in s_badNumbers)
            {
                Assert.Contains(option.Name, await RefusedAsync(path, option, bad), StringComparison.Ordinal);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_path_that_leads_nowhere_is_refused_by_every_option_that_reads_one(string path)
    {
        foreach (var option in Leaf(path).Options.Where(option => option is IPathSymbol))
        {
            var kind = ((IPathSymbol)option).Kind;
            var isRead = kind is not (PathKind.OutputFile or PathKind.OutputFolder);
            var bad = isRead ? Path.Combine(_folder.FullName, "nowhere") : Path.Combine(AFile(), "below", "x");
            var line = await RefusedAsync(path, option, bad);
            Assert.Contains(option.Name, line, StringComparison.Ordinal);
            Assert.Contains(isRead ? "does not exist" : "is a file", line, StringComparison.Ordinal);
            Assert.Contains(option.Name, await RefusedAsync(path, option, ""), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public async Task A_folder_given_as_a_file_and_a_file_given_as_a_folder_are_told(string path)
    {
        foreach (var option in Leaf(path).Options.Where(option => option is IPathSymbol))
        {
            switch (((IPathSymbol)option).Kind)
            {
                case PathKind.InputFile or PathKind.OutputFile:
                    Assert.Contains("is a folder", await RefusedAsync(path, option, _folder.FullName), StringComparison.Ordinal);
                    break;
                case PathKind.InputFolder or PathKind.DataFolder or PathKind.OutputFolder:
                    Assert.Contains("is a file", await RefusedAsync(path, option, AFile()), StringComparison.Ordinal);
                    break;
            }
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void Every_path_is_checked_and_every_option_says_what_it_is(string path)
    {
        var leaf = Leaf(path);
        Assert.All(leaf.Options, option => Assert.False(string.IsNullOrWhiteSpace(option.Description)));
        Assert.All(leaf.Options.Where(option => IsPath(option.ValueType)), option => Assert.IsType<IPathSymbol>(option, exactMatch: false));
        Assert.All(leaf.Arguments.Where(argument => IsPath(argument.ValueType)), argument => Assert.IsType<IPathSymbol>(argument, exactMatch: false));
    }

    [Theory]
    [InlineData("'sparseclip' has no command 'frobnicate'; there are data,", "frobnicate")]
    [InlineData("did you mean 'features'?", "featuers")]
    [InlineData("'sparseclip features' has no command 'serach'; did you mean 'search'?", "features", "serach", "dog")]
    [InlineData("'sparseclip features' needs a command: name, build, causal, search, show, report.", "features")]
    [InlineData("'sparseclip' needs a command: data,")]
    [InlineData("did you mean '--temperature'?", "ask", "--temprature", "1")]
    [InlineData("takes no 'maybe'", "features", "search", "dog", "--json=maybe")]
    [InlineData("use ", "eval", "answers", "--set", ".", "--purpose", "nothing")]
    public async Task A_word_that_is_not_known_is_told_with_the_nearest_that_is(string told, params string[] arguments) =>
        Assert.Contains(told, await RefusedAsync(arguments), StringComparison.Ordinal);

    [Fact]
    public async Task An_unexpected_fault_is_one_line_and_its_place_is_shown_on_request()
    {
        var root = CommandTree.Create();
        var command = new Command("break", "Breaks.");
        command.SetAction((_, _) => throw new NotSupportedException("First\nsecond."));
        root.Add(command);
        var error = new StringWriter();
        Assert.Equal(1, await CommandRunner.RunAsync(root, ["break"], TextWriter.Null, error));
        Assert.Equal(
            "sparseclip: unexpected NotSupportedException: First second. This is a fault of the program; --verbose shows where it happened.", Assert.Single(Lines(error)));
        Assert.Equal(1, await CommandRunner.RunAsync(root, ["break", "--verbose"], TextWriter.Null, error));
        Assert.Contains("   at ", error.ToString(), StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    /// <summary>Refused before anything runs: one line, nothing on the output, no file made.</summary>
    private async Task<string> RefusedAsync(params string[] arguments)
    {
        var before = _folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Count();
        var (output, error) = (new StringWriter(), new StringWriter());
        Assert.Equal(2, await CommandRunner.RunAsync(CommandTree.Create(), arguments, output, error));
        Assert.Empty(output.ToString());
        Assert.Equal(before, _folder.EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Count());
        return Assert.Single(Lines(error));
    }

    /// <summary>The command with everything that it requires, and one bad value.</summary>
    private async Task<string> RefusedAsync(string path, Option bad, string value)
    {
        var leaf = Leaf(path);
        var required = leaf.Options.Where(option => option.Required && option.Name != bad.Name).SelectMany(option => new[] { option.Name, Good((option as IPathSymbol)?.Kind) });
        var positional = leaf.Arguments.Where(argument => argument.Arity.MinimumNumberOfValues > 0).Select(argument => Good((argument as IPathSymbol)?.Kind));
        string[] companion = (path, bad.Name) switch
        {
            ("eval features", "--twin") => ["--data", _folder.FullName], // they belong together
            ("eval features", "--data") => ["--twin", AFile()],
            _ => [],
        };
        AFile();
        return await RefusedAsync([.. path.Split(' '), .. positional, .. required, .. companion, $"{bad.Name}={value}"]);
    }

    private string Good(PathKind? kind) => kind switch
    {
        null => "word",
        PathKind.InputFile => AFile(),
        PathKind.OutputFile => Path.Combine(_folder.FullName, "new.bin"),
        PathKind.OutputFolder => Path.Combine(_folder.FullName, "new"),
        _ => _folder.FullName,
    };

    private string AFile()
    {
        var file = Path.Combine(_folder.FullName, "file.bin");
        if (!File.Exists(file))
        {
            File.WriteAllText(file, "");
        }

        return file;
    }

    private static string[] Lines(StringWriter text) => text.ToString().Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is { IsPrimitive: true } number && number != typeof(bool);

    private static bool IsPath(Type type) => type.IsAssignableTo(typeof(FileSystemInfo)) || type.GetElementType()?.IsAssignableTo(typeof(FileSystemInfo)) == true;

    private static Command Leaf(string path) => Leaves(CommandTree.Create()).Single(leaf => leaf.Path == path).Command;

    private static IEnumerable<(string Path, Command Command)> Leaves(Command at, string path = "") => at.Subcommands.Count == 0
        ? [(path, at)]
        : at.Subcommands.SelectMany(child => Leaves(child, path.Length == 0 ? child.Name : $"{path} {child.Name}"));
}
