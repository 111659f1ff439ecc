using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Features;

/// <summary>What a line of features.jsonl may say.</summary>
public sealed class FeatureFileTests : IDisposable
{
    private const string Good =
        """{"id":0,"name":"dog","maximum":1.5,"patchMaximum":2.5,"density":0.25,"safeMaximum":2,"wordMean":0.5,"words":[{"word":"dog","activation":3}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("features-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "deep", "features.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        FeatureRecord[] records =
        [
            new(new Feature(new FeatureId(0), "dog", [new FeatureWord("dog", 4f), new FeatureWord("puppy", 3f)], 2f, 0.25f, 1.5f, 3f), 1.125f),
            new(new Feature(new FeatureId(1), "crème brûlée (2)", [new FeatureWord("crème brûlée", 0.5f)], 0.1f, 1f, 2f, 0.1f), 0.33333f),
            new(new Feature(new FeatureId(2), "feature 2", [], 0f, 0f, 2f, 0f), 0f),
        ];
        FeatureFile.Write(Path, records);
        var back = FeatureFile.Read(Path);
        Assert.Equal(records.Select(record => record.Feature with { TopWords = [] }), back.Select(record => record.Feature with { TopWords = [] }));
        Assert.Equal(records.SelectMany(record => record.Feature.TopWords), back.SelectMany(record => record.Feature.TopWords));
        Assert.Equal([1.125f, 0.3333f, 0f], back.Select(record => record.WordMean));
    }

    [Theory]
    [InlineData("{\"id\":1}", "line 1")]
    [InlineData("not json", "line 1")]
    [InlineData("", "no features")]
    public void A_damaged_file_is_refused_with_its_line(string text, string expected)
    {
        var error = Assert.Throws<FeatureFileException>(() => text.Length == 0 ? Read() : Read(text));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"maximum\":1.5", "\"maximum\":0")]
    [InlineData("\"patchMaximum\":2.5", "\"patchMaximum\":0")]
    [InlineData("\"density\":0.25", "\"density\":0")]
    [InlineData("\"density\":0.25", "\"density\":1")]
    [InlineData("\"wordMean\":0.5", "\"wordMean\":0")]
    public void Numbers_at_the_edge_of_their_range_are_read(string number, string other) => Assert.Single(Read(Good.Replace(number, other, StringComparison.Ordinal)));

    [Theory]
    [InlineData("\"maximum\":1.5", "\"maximum\":-0.5")]
    [InlineData("\"maximum\":1.5", "\"maximum\":1e39")]
    [InlineData("\"patchMaximum\":2.5", "\"patchMaximum\":-0.5")]
    [InlineData("\"patchMaximum\":2.5", "\"patchMaximum\":1e39")]
    [InlineData("\"density\":0.25", "\"density\":-0.1")]
    [InlineData("\"density\":0.25", "\"density\":1.1")]
    [InlineData("\"safeMaximum\":2", "\"safeMaximum\":0")]
    [InlineData("\"safeMaximum\":2", "\"safeMaximum\":1e39")]
    [InlineData("\"wordMean\":0.5", "\"wordMean\":-0.1")]
    [InlineData("\"wordMean\":0.5", "\"wordMean\":1e39")]
    public void A_number_out_of_its_range_is_refused_with_its_line(string number, string other) => Assert.Contains(
        "line 2 is no feature: its numbers must be finite",
        Assert.Throws<FeatureFileException>(() => Read(Good, Second(Good.Replace(number, other, StringComparison.Ordinal)))).Message, StringComparison.Ordinal);

    [Fact]
    public void A_feature_that_is_left_out_is_refused()
    {
        Assert.Equal(2, Read(Good, Second(Good)).Count);
        Assert.Contains("it is feature 1, but 0 is the next one", Assert.Throws<FeatureFileException>(() => Read(Second(Good))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"name\":\"dog\"", "\"name\":null")]
    [InlineData("\"name\":\"dog\",", "")]
    public void A_line_without_all_of_its_parts_is_refused(string part, string other) =>
        Assert.Throws<FeatureFileException>(() => Read(Good.Replace(part, other, StringComparison.Ordinal)));

    [Fact]
    public void A_file_that_cannot_be_read_is_refused_with_its_path()
    {
        Assert.Contains($"{Path} cannot be read", Assert.Throws<FeatureFileException>(() => FeatureFile.Read(Path)).Message, StringComparison.Ordinal);
        Assert.Contains($"{_folder} cannot be read", Assert.Throws<FeatureFileException>(() => FeatureFile.Read(_folder)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_is_written_with_its_folders_over_the_one_that_was_there()
    {
        FeatureFile.Write(Path, [Record(0, "dog"), Record(1, "cat")]);
        FeatureFile.Write(Path, [Record(0, "bird")]);
        Assert.Equal("bird", Assert.Single(FeatureFile.Read(Path)).Feature.Name);
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
        Assert.DoesNotContain('\r', File.ReadAllText(Path));
    }

    private static FeatureRecord Record(int id, string name) => new(new Feature(new FeatureId(id), name, [], 1f, 0.5f, 2f, 1f), 0f);

    private static string Second(string line) => line.Replace("\"id\":0", "\"id\":1", StringComparison.Ordinal);

    private IReadOnlyList<FeatureRecord> Read(params string[] lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllLines(Path, lines);
        return FeatureFile.Read(Path);
    }
}
