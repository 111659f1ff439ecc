using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class ConceptFileTests : IDisposable
{
    private readonly string _file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".jsonl");

    [Fact]
    public void The_file_gives_back_what_was_written_but_what_its_digits_leave_nothing_of()
    {
        ConceptFile.Write(_file, [new("crème brûlée", SparseCode.FromSorted(9, [1, 4, 8], [0.6f, 0.000001f, 0.8f])), new("dog", SparseCode.FromSorted(9, [0], [1f]), 1.25f)]);

        var back = ConceptFile.Read(_file, 9);

        Assert.Equal(["crème brûlée", "dog"], back.Select(concept => concept.Word));
        Assert.Equal([SparseCode.FromSorted(9, [1, 8], [0.6f, 0.8f]), SparseCode.FromSorted(9, [0], [1f])], back.Select(concept => concept.Code));
        Assert.Equal([1f, 1.25f], back.Select(concept => concept.Weight));
    }

    [Theory]
    [InlineData("not json", "line 1")]
    [InlineData("{\"word\":\"dog\",\"features\":[1]}", "not of the form")]
    [InlineData("{\"word\":\"dog\",\"features\":\"1\",\"values\":[1]}", "not of the form")]
    [InlineData("{\"word\":\" \",\"features\":[1],\"values\":[1]}", "1 to 80")]
    [InlineData("{\"word\":\"a dog.<|im_end|>\",\"features\":[1],\"values\":[1]}", "1 to 80")]
    [InlineData("{\"word\":\"a\\nb\",\"features\":[1],\"values\":[1]}", "1 to 80")]
    [InlineData("{\"word\":\"dog\",\"features\":[],\"values\":[]}", "length 0")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[1e30]}", "not 1")]
    [InlineData("{\"word\":\"dog\",\"features\":[1,2],\"values\":[1]}", "2 indices")]
    [InlineData("{\"word\":\"dog\",\"features\":[2,1],\"values\":[0.6,0.8]}", "Index 1")]
    [InlineData("{\"word\":\"dog\",\"features\":[9],\"values\":[1]}", "9 features")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[-1]}", "-1")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[1],\"more\":1}", "not of the form")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[1]}\n{\"word\":\"dog\",\"features\":[1],\"values\":[1]}", "line 2")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[1],\"weight\":0}", "weight is 0")]
    [InlineData("{\"word\":\"dog\",\"features\":[1],\"values\":[1],\"weight\":11}", "up to 10")]
    [InlineData("", "no concepts")]
    public void A_damaged_file_is_refused_with_its_line_and_what_to_do(string text, string expected)
    {
        File.WriteAllText(_file, text);

        var error = Assert.Throws<ConceptFileException>(() => ConceptFile.Read(_file, 9));

        Assert.Contains(expected, error.Message, StringComparison.Ordinal);
        Assert.Contains("concepts encode", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_word_is_not_longer_than_a_prompt_bears()
    {
        File.WriteAllText(_file, $"{{\"word\":\"{new string('a', 81)}\",\"features\":[1],\"values\":[1]}}");
        Assert.Contains("1 to 80", Assert.Throws<ConceptFileException>(() => ConceptFile.Read(_file, 9)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_not_there_is_named() =>
        Assert.Contains(_file, Assert.Throws<ConceptFileException>(() => ConceptFile.Read(_file, 9)).Message, StringComparison.Ordinal);

    public void Dispose() => File.Delete(_file);
}
