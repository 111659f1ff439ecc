using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Sources;


namespace SparseClip.Vlm.Data.Tests.Building;

public class CatalogueComparisonTests
{
    [Fact]
    public void Sources_are_compared_item_by_item()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("catalogue.jsonl"), [Line("a", "x", "cat", "true"), Line("a", "y", "dog", "false"), Line("a", "z", "cow", "null")]);
        File.WriteAllLines(folder.File("reference.jsonl"), [Line("a", "x", "cat", "true"), Line("a", "y", "hound", "true"), Line("b", "x", "cat", "null")]);

        IReadOnlyList<SourceComparison> rows = CatalogueComparison.Compare(folder.File("reference.jsonl"), folder.Path);

        Assert.Equal([new("a", 2, 3, 2, 1, 1), new("b", 1, 0, 0, 0, 0)], rows);
        Assert.Equal(0.5, rows[0].Difference);
    }

    [Fact]
    public void A_line_that_is_no_record_is_named()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllLines(folder.File("catalogue.jsonl"), [Line("a", "x", "cat", "true"), "{}"]);

        var error = Assert.Throws<DataBuildException>(() => CatalogueComparison.Compare(folder.File("catalogue.jsonl"), folder.Path));

        Assert.Contains("line 2", error.Message, StringComparison.Ordinal);
    }

    private static string Line(string source, string item, string label, string concrete) =>
        $$"""{"source":"{{source}}","item":"{{item}}","label":"{{label}}","concrete":{{concrete}}}""";
}
