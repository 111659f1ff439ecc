using SparseClip.Vlm.Core.Exemplars;

namespace SparseClip.Vlm.Core.Tests.Exemplars;

/// <summary>The file of small pictures: what was written is read, and what is no such file is refused.</summary>
public sealed class ExemplarFileTests : IDisposable
{
    private static readonly Exemplar s_dog = new("noto-dog", "dog", "noto", "noto", "Apache-2.0");
    private static readonly Exemplar s_cat = new("twemoji-cat", "cat", "twemoji", "twemoji", "CC-BY-4.0");
    private readonly string _folder = Directory.CreateTempSubdirectory("exemplars-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "deep", "exemplars.bin");

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void The_file_gives_back_what_was_written()
    {
        Write();

        using var file = ExemplarFile.Open(Path, 3);

        Assert.Equal((2, 64), (file.Count, file.Side));
        Assert.Equal((s_dog, s_cat), (file[0], file[1]));
        Assert.Equal("first"u8.ToArray(), file.Read(0));
        Assert.Equal("second picture"u8.ToArray(), file.Read(1));
        Assert.Equal([[0, 1], [], [1]], Enumerable.Range(0, 3).Select(file.OfFeature));
        Assert.Equal([1], file.OfConcept("cat"));
        Assert.Empty(file.OfConcept("horse"));
        Assert.Equal(1, file.Find(file.IdOf(1)));
        Assert.Null(file.Find("0123"));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public void A_picture_has_the_same_id_in_every_file()
    {
        Write();
        using var file = ExemplarFile.Open(Path, 3);
        var other = System.IO.Path.Combine(_folder, "other.bin");
        using (var writer = new ExemplarWriter(other, 64))
        {
            writer.Add("second picture"u8, s_dog);
            writer.Finish([[], [], []], new Dictionary<string, int[]>());
        }

        using var second = ExemplarFile.Open(other, 3);
        Assert.Equal(file.IdOf(1), second.IdOf(0));
    }

    [Fact]
    public void A_file_that_is_not_finished_has_no_name()
    {
        using (var writer = new ExemplarWriter(Path, 64))
        {
            writer.Add("first"u8, s_dog);
        }

        Assert.False(File.Exists(Path));
    }

    [Fact]
    public void A_file_of_another_tower_is_refused()
    {
        Write();
        Assert.Contains("exemplars of 3 features, the tower has 4", Refused(4), StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_cut_off_is_refused_wherever_it_was_cut()
    {
        Write();
        var whole = File.ReadAllBytes(Path);
        for (var length = 0; length < whole.Length; length++)
        {
            File.WriteAllBytes(Path, whole[..length]);
            Assert.Contains("features build", Refused(3), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void What_is_no_such_file_is_refused()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllBytes(Path, new byte[100]);
        Assert.Contains("no file of exemplars", Refused(3), StringComparison.Ordinal);
        File.Delete(Path);
        Assert.Contains("cannot be read", Refused(3), StringComparison.Ordinal);
    }

    [Fact]
    public void A_feature_with_a_picture_that_is_not_there_is_refused()
    {
        using (var writer = new ExemplarWriter(Path, 64))
        {
            writer.Add("first"u8, s_dog);
            writer.Finish([[0], [1]], new Dictionary<string, int[]>());
        }

        Assert.Contains("a picture that is not there", Refused(2), StringComparison.Ordinal);
    }

    private string Refused(int dimension) => Assert.Throws<ExemplarException>(() => ExemplarFile.Open(Path, dimension)).Message;

    private void Write()
    {
        using var writer = new ExemplarWriter(Path, 64);
        Assert.Equal(0, writer.Add("first"u8, s_dog));
        Assert.Equal(1, writer.Add("second picture"u8, s_cat));
        writer.Finish([[0, 1], [], [1]], new Dictionary<string, int[]> { ["cat"] = [1] });
    }
}
