using System.Text.Json;
using SparseClip.Vlm.Evaluation;
using SparseClip.Vlm.Inference.Tests.Pipeline;

namespace SparseClip.Vlm.Cli.Tests.Evaluation;

public sealed class ModelEvaluationTests(TinyBundle bundle) : IDisposable
{
    private readonly string _set = Directory.CreateTempSubdirectory("labelled-").FullName;

    [Fact]
    public async Task Answers_and_steering_are_measured_over_a_folder_of_labelled_pictures()
    {
        foreach (var label in (string[])["dog", "cat"])
        {
            Directory.CreateDirectory(Path.Combine(_set, label));
            File.Copy(CommandLine.Picture, Path.Combine(_set, label, "1.png"));
        }

        var details = Path.Combine(_set, "details.jsonl");
        var answers = await JsonAsync("eval", "answers", "--set", _set, "--model", bundle.Folder, "--details", details, "--json");
        Assert.Equal(2, answers.GetProperty("pictures").GetInt32());
        Assert.InRange(answers.GetProperty("accuracy").GetDouble(), 0, answers.GetProperty("broader").GetDouble());
        Assert.InRange(answers.GetProperty("blind").GetDouble(), 0, 1);
        Assert.Equal(2, File.ReadLines(details).Count());

        var steering = await JsonAsync("eval", "steering", "--set", _set, "--model", bundle.Folder, "--features", "2", "--strength", "1", "--json");
        foreach (var share in (string[])["suppressed", "reached", "corrupted", "suppressed_of_all", "reached_of_all", "corrupted_of_all"])
        {
            Assert.InRange(steering.GetProperty(share).GetDouble(), 0, 1);
        }

        var words = Path.Combine(_set, "words.txt");
        await File.WriteAllTextAsync(words, "# three\ncar\ncat\nzzyzx\n", TestContext.Current.CancellationToken);
        var everyday = await JsonAsync("eval", "everyday", "--set", _set, "--model", bundle.Folder, "--words", words, "--json");
        Assert.Equal(5, everyday.GetProperty("answers").GetInt32()); // no cat is set on the cat
        Assert.InRange(everyday.GetProperty("reached").GetDouble(), 0, 1);
    }

    [Fact]
    public async Task Edits_are_told_kind_by_kind_and_each_is_right_by_what_was_answered()
    {
        foreach (var label in (string[])["dog", "cat"])
        {
            Directory.CreateDirectory(Path.Combine(_set, label));
            File.Copy(CommandLine.Picture, Path.Combine(_set, label, "1.png"));
        }

        var details = Path.Combine(_set, "details.jsonl");
        var scores = await JsonAsync("eval", "edits", "--set", _set, "--model", bundle.Folder, "--strength", "0.5", "--details", details, "--json");
        Assert.Equal([("taken out", 2), ("added", 2)], scores.EnumerateArray().Select(score => (score.GetProperty("kind").GetString()!, score.GetProperty("edits").GetInt32())));
        var edits = File.ReadLines(details).Select(line => JsonDocument.Parse(line).RootElement).ToList();
        foreach (var edit in edits)
        {
            var (word, answer) = (edit.GetProperty("word").GetString()!, edit.GetProperty("edited").GetString()!);
            var isNamed = new SubjectMatcher(_ => []).Names(answer, word);
            Assert.Equal(edit.GetProperty("kind").GetString() == "added" ? isNamed : !isNamed, edit.GetProperty("is_right").GetBoolean());
        }

        foreach (var score in scores.EnumerateArray())
        {
            var right = edits.Where(edit => edit.GetProperty("kind").GetString() == score.GetProperty("kind").GetString()).Average(edit => edit.GetProperty("is_right").GetBoolean() ? 1.0 : 0);
            Assert.Equal(right, score.GetProperty("right").GetDouble());
        }
    }

    [Fact]
    public async Task A_set_of_one_label_and_a_list_without_words_are_refused()
    {
        Directory.CreateDirectory(Path.Combine(_set, "dog"));
        File.Copy(CommandLine.Picture, Path.Combine(_set, "dog", "1.png"));
        var words = Path.Combine(_set, "words.txt");
        await File.WriteAllTextAsync(words, "# none\n", TestContext.Current.CancellationToken);

        Assert.Contains("has no words", await RefusedAsync("eval", "everyday", "--set", _set, "--model", bundle.Folder, "--words", words), StringComparison.Ordinal);
        Assert.Contains("more labels", await RefusedAsync("eval", "steering", "--set", _set, "--model", bundle.Folder), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_set, recursive: true);

    /// <summary>Bad input, told by the last line of the error stream; before it a missing WordNet is.</summary>
    private static async Task<string> RefusedAsync(params string[] arguments)
    {
        var (exitCode, _, error) = await CommandLine.RunAsync(arguments);
        Assert.Equal(2, exitCode);
        return error.Split('\n', StringSplitOptions.RemoveEmptyEntries)[^1];
    }

    private static async Task<JsonElement> JsonAsync(params string[] arguments)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(arguments);
        Assert.True(exitCode == 0, error);
        return JsonDocument.Parse(output).RootElement;
    }
}
