using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

/// <summary>What a line of features.jsonl may say.</summary>
public sealed class FeatureFileTests : IDisposable
{
    private const string Good =
        """{"id":0,"name":"dog","maximum":1.5,"patchMaximum":2.5,"density":0.25,"safeMaximum":2,"wordMean":0.5,"words":[{"word":"dog","activation":3}]}""";

    private readonly string _folder = Directory.CreateTempSubdirectory("features-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "deep", "features.jsonl");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

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
        FeatureFile.Write(Path, [TinyFeatures.Record(0, "dog"), TinyFeatures.Record(1, "cat")]);
        FeatureFile.Write(Path, [TinyFeatures.Record(0, "bird")]);
        Assert.Equal("bird", Assert.Single(FeatureFile.Read(Path)).Feature.Name);
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
        Assert.DoesNotContain('\r', File.ReadAllText(Path));
    }

    private static string Second(string line) => line.Replace("\"id\":0", "\"id\":1", StringComparison.Ordinal);

    private IReadOnlyList<FeatureRecord> Read(params string[] lines)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllLines(Path, lines);
        return FeatureFile.Read(Path);
    }
}
