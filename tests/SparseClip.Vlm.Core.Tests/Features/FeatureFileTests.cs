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

    [Fact]
    public void What_pictures_say_is_given_back()
    {
        var evidence = new FeatureEvidence("dog", NameBasis.Active, 0.8999f, 12, 300, NameOrigin.Class, [new NearWord("dog", 0.5f, 0.75f), new NearWord("wolf", 0.25f, 0.5f)]);
        var statistics = new FeatureStatistics(
            400, 3, 2.5f, 2f, 0.75f, [1, .. Enumerable.Repeat(0, FeatureStatistics.Bins - 2), 2], [new FeatureNeighbour(4, 0.5f, 0.25f), new FeatureNeighbour(9, 0.125f, 0)]);
        var feature = Record(0, "dog").Feature with { Evidence = evidence, Statistics = statistics, Causal = new CausalName("puppy", true) };

        FeatureFile.Write(Path, [new FeatureRecord(feature, 0), new FeatureRecord(Record(1, "cat").Feature with { Evidence = evidence with { Auroc = null, Near = [] }, Causal = new CausalName(null, false) }, 0)]);
        var (back, other) = (FeatureFile.Read(Path)[0].Feature, FeatureFile.Read(Path)[1].Feature);

        Assert.Equal(evidence with { Near = back.Evidence!.Near }, back.Evidence);
        Assert.Equal(evidence.Near, back.Evidence.Near);
        Assert.Equal(statistics with { Histogram = back.Statistics!.Histogram, Neighbours = back.Statistics.Neighbours }, back.Statistics);
        Assert.Equal(statistics.Histogram, back.Statistics.Histogram);
        Assert.Equal(statistics.Neighbours, back.Statistics.Neighbours);
        Assert.Equal(feature.Causal, back.Causal);
        Assert.Null(other.Evidence!.Auroc);
        Assert.Null(other.Statistics);
        Assert.Equal(new CausalName(null, false), other.Causal);
    }

    [Fact]
    public void An_area_that_is_just_too_small_is_not_rounded_up()
    {
        var evidence = new FeatureEvidence("dog", NameBasis.Shown, 0.89999f, 12, 300, NameOrigin.Found, []);
        FeatureFile.Write(Path, [new FeatureRecord(Record(0, "dog").Feature with { Evidence = evidence }, 0)]);
        Assert.Equal(NameStanding.Unnamed, FeatureFile.Read(Path)[0].Feature.Standing);
    }

    [Theory]
    [InlineData("\"auroc\":0.95", "\"auroc\":1.5", "its evidence needs")]
    [InlineData("\"basis\":\"shown\"", "\"basis\":\"guessed\"", "its evidence needs the basis shown or active")]
    [InlineData("\"explains\":[0.5]", "\"explains\":[]", "its evidence needs")]
    [InlineData("\"pictures\":8", "\"pictures\":-8", "its evidence needs")]
    public void Evidence_that_cannot_be_is_refused_with_its_line(string part, string other, string said)
    {
        const string evidence = ""","evidence":{"word":"dog","basis":"shown","pictures":8,"others":90,"near":["dog"],"separates":[0.95],"explains":[0.5],"auroc":0.95}}""";
        var line = Good[..^1] + evidence;
        Assert.Equal(NameStanding.Verified, Read(line)[0].Feature.Standing);
        Assert.Contains($"line 1 is no feature: {said}", Assert.Throws<FeatureFileException>(() => Read(line.Replace(part, other, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("\"active\":2", "\"active\":3")]
    [InlineData("\"p99\":1", "\"p99\":2.5")]
    [InlineData("\"together\":[0.5]", "\"together\":[]")]
    public void Statistics_that_contradict_themselves_are_refused_with_their_line(string part, string other)
    {
        var bins = string.Join(',', Enumerable.Repeat(0, FeatureStatistics.Bins - 1).Append(2));
        var line = Good[..^1] + ",\"statistics\":{\"pictures\":10,\"active\":2,\"maximum\":2,\"p99\":1,\"histogram\":[" + bins + "],\"neighbours\":[3],\"together\":[0.5],\"togetherInTexts\":[0]}}";
        Assert.Equal(0.2f, Read(line)[0].Feature.Statistics!.Density);
        Assert.Contains("line 1 is no feature: its statistics", Assert.Throws<FeatureFileException>(() => Read(line.Replace(part, other, StringComparison.Ordinal))).Message, StringComparison.Ordinal);
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
