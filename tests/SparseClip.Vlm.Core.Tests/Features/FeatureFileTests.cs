using SparseClip.Vlm.Core.Features;

namespace SparseClip.Vlm.Core.Tests.Features;

public sealed class FeatureFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        FeatureRecord[] records =
        [
            new(new Feature(new FeatureId(0), "dog", [new FeatureWord("dog", 4f), new FeatureWord("puppy", 3f)], 2f, 0.25f, 1.5f, 3f), 1.125f),
            new(new Feature(new FeatureId(1), "crème brûlée (2)", [new FeatureWord("crème brûlée", 0.5f)], 0.1f, 1f, 2f, 0.1f), 0.33333f),
            new(new Feature(new FeatureId(2), "feature 2", [], 0f, 0f, 2f, 0f), 0f),
        ];
        FeatureFile.Write(_file, records);
        var back = FeatureFile.Read(_file);
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
        File.WriteAllText(_file, text);
        var error = Assert.Throws<FeatureFileException>(() => FeatureFile.Read(_file));
        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
