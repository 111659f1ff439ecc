using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Core.Concepts;

namespace SparseClip.Vlm.Core.Tests.Concepts;

public sealed class TaughtConceptFileTests : IDisposable
{
    private static readonly string s_tower = new('a', 64);
    private static readonly string s_other = new('b', 64);
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-taught-");

    private string FilePath => Path.Combine(_folder.FullName, "below", "taught.jsonl");

    [Fact]
    public void What_was_taught_is_read_again()
    {
        Assert.Empty(TaughtConceptFile.Read(FilePath));
        var mug = Mug(s_tower);

        TaughtConceptFile.Change(FilePath, all => all.With(mug));

        var read = Assert.Single(TaughtConceptFile.Read(FilePath));
        Assert.Equal((mug.Word, mug.Weights, mug.Offset, mug.Prior, mug.Teaching), (read.Word, read.Weights, read.Offset, read.Prior, read.Teaching));
        Assert.Equal([FilePath], Directory.EnumerateFiles(Path.GetDirectoryName(FilePath)!));
    }

    [Fact]
    public void A_concept_takes_the_place_of_its_own_name_and_tower_and_the_last_one_takes_the_file_with_it()
    {
        TaughtConceptFile.Change(FilePath, all => all.With(Mug(s_tower)).With(Mug(s_other)));
        TaughtConceptFile.Change(FilePath, all => all.With(Mug(s_tower) with { Offset = -9 }));

        Assert.Equal([(s_other, -1f), (s_tower, -9f)], TaughtConceptFile.Read(FilePath).Select(concept => (concept.Teaching!.Tower, concept.Offset)));
        TaughtConceptFile.Change(FilePath, all => all.Without("my mug", s_tower));
        Assert.True(TaughtConceptFile.Read(FilePath).Has("my mug", s_other));
        Assert.False(TaughtConceptFile.Read(FilePath).Has("my mug", s_tower));
        TaughtConceptFile.Change(FilePath, all => all.Without("my mug", s_other));
        Assert.False(File.Exists(FilePath));
    }

    [Fact]
    public void A_change_that_fails_leaves_the_file_as_it_was()
    {
        TaughtConceptFile.Change(FilePath, all => all.With(Mug(s_tower)));
        Assert.Throws<InvalidOperationException>(() => TaughtConceptFile.Change(FilePath, _ => throw new InvalidOperationException()));
        Assert.Throws<ConceptFileException>(() => TaughtConceptFile.Change(FilePath, _ => [.. Enumerable.Range(0, TaughtConceptFile.MostConcepts + 1).Select(i => Mug(s_tower) with { Word = $"mug {i}" })]));
        Assert.Single(TaughtConceptFile.Read(FilePath));
    }

    [Fact]
    public void Two_programs_do_not_change_it_at_once() => TaughtConceptFile.Change(FilePath, all =>
    {
        Assert.Contains("try again", Assert.Throws<ConceptFileException>(() => TaughtConceptFile.Change(FilePath, more => more)).Message, StringComparison.Ordinal);
        return all;
    });

    [Theory]
    [InlineData("{}", "not of the form")]
    [InlineData("{\"word\":\"mug\",\"features\":[1],\"weights\":[9],\"offset\":-6,\"prior\":0.1,\"pictures\":0,\"when\":\"2026-01-31T12:00:00+00:00\",\"tower\":\"TOWER\",\"dimension\":9}", "0 pictures")]
    [InlineData("{\"word\":\"mug\",\"features\":[1],\"weights\":[9],\"offset\":-6,\"prior\":0.1,\"pictures\":1,\"when\":\"2026-01-31T12:00:00+00:00\",\"tower\":\"A\",\"dimension\":9}", "SHA-256")]
    [InlineData("{\"word\":\"mug\",\"features\":[9],\"weights\":[9],\"offset\":-6,\"prior\":0.1,\"pictures\":1,\"when\":\"2026-01-31T12:00:00+00:00\",\"tower\":\"TOWER\",\"dimension\":9}", "below 9")]
    [InlineData("{\"word\":\"<mug>\",\"features\":[1],\"weights\":[9],\"offset\":-6,\"prior\":0.1,\"pictures\":1,\"when\":\"2026-01-31T12:00:00+00:00\",\"tower\":\"TOWER\",\"dimension\":9}", "1 to 80")]
    public void A_damaged_line_is_told(string line, string problem)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(FilePath)!);
        File.WriteAllText(FilePath, line.Replace("TOWER", s_tower, StringComparison.Ordinal));

        var message = Assert.Throws<ConceptFileException>(() => TaughtConceptFile.Read(FilePath)).Message;

        Assert.Contains($"{FilePath}, line 1", message, StringComparison.Ordinal);
        Assert.Contains(problem, message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private static Concept Mug(string tower) => new("my mug", SparseCode.FromSorted(9, [1, 5], [9f, 4f]), -1, 0.001f) { Teaching = new Teaching(3, new DateTimeOffset(2026, 1, 31, 12, 0, 0, TimeSpan.Zero), tower) };
}
