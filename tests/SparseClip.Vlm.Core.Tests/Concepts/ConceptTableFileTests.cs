using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class ConceptTableFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        Concept[] written =
        [
            new("dog", SparseCode.FromSorted(9, [1, 8], [6.5f, 0.25f]), -5.25f, 0.01f) { Synonyms = ["domestic dog"], Wider = ["animal"], Evidence = new ConceptEvidence(0.975f, 12, 300), Usual = SparseCode.FromSorted(9, [1], [1.5f]), Steering = new ConceptSteering(2, 1, [new LevelTrial(0.5f, 2, 1, 0, 0), new LevelTrial(1, 2, 2, 2, 1)]) },
            new("red", SparseCode.FromSorted(9, [0], [8f]), -2f, 0.2f),
        ];

        ConceptTableFile.Write(_file, written);
        var back = ConceptTableFile.Read(_file, 9);

        Assert.Equal(written.Select(concept => (concept.Word, concept.Weights, concept.Offset, concept.Prior, concept.Evidence)), back.Select(concept => (concept.Word, concept.Weights, concept.Offset, concept.Prior, concept.Evidence)));
        Assert.Equal(["domestic dog"], back[0].Synonyms);
        Assert.Equal(["animal"], back[0].Wider);
        Assert.Equal(written[0].Usual, back[0].Usual);
        Assert.Equal((2, 1), (back[0].Steering!.Shown, back[0].Steering!.Gone));
        Assert.Equal(written[0].Steering!.Levels, back[0].Steering!.Levels);
        Assert.Equal((null, null), (back[1].Usual, back[1].Steering));
        Assert.True(back[0].IsVerified);
        Assert.False(back[1].IsVerified);
        Assert.False(File.Exists(_file + ".partial"));
    }

    [Theory]
    [InlineData("not json", "not of the form")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0}", "not of the form")]
    [InlineData("{\"word\":\"dog\",\"features\":[],\"weights\":[],\"offset\":0,\"prior\":0.1}", "1 to 32")]
    [InlineData("{\"word\":\"dog\",\"features\":[9],\"weights\":[1],\"offset\":0,\"prior\":0.1}", "9 features")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[-1],\"offset\":0,\"prior\":0.1}", "-1")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":1}", "prior 1")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":1e300,\"prior\":0.1}", "offset")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1,\"evidence\":{\"auroc\":2,\"pictures\":1,\"others\":1}}", "evidence")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1,\"usual\":{\"features\":[9],\"values\":[1]}}", "9 features")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1,\"steering\":{\"shown\":1,\"gone\":2,\"levels\":[{\"level\":1,\"asked\":1,\"moved\":0,\"reached\":0,\"corrupted\":0}]}}", "levels that rise")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1,\"steering\":{\"shown\":0,\"gone\":0,\"levels\":[]}}", "levels that rise")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1,\"steering\":{\"shown\":0,\"gone\":0,\"levels\":[{\"level\":1,\"asked\":1,\"moved\":0,\"reached\":2,\"corrupted\":0}]}}", "levels that rise")]
    [InlineData("{\"word\":\"<dog>\",\"features\":[1],\"weights\":[1],\"offset\":0,\"prior\":0.1}", "1 to 80")]
    [InlineData("", "no concepts")]
    public void A_damaged_file_is_refused_with_its_line_and_what_to_do(string text, string expected)
    {
        File.WriteAllText(_file, text);

        var error = Assert.Throws<ConceptFileException>(() => ConceptTableFile.Read(_file, 9));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("concepts build", error.Message, StringComparison.Ordinal);
    }

    public void Dispose() => File.Delete(_file);
}
