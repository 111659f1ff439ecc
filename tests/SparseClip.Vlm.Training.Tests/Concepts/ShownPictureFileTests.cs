using SparseClip.Vlm.Core.Codes;
using SparseClip.Vlm.Training.Concepts;

namespace SparseClip.Vlm.Training.Tests.Concepts;

public sealed class ShownPictureFileTests : IDisposable
{
    private static readonly SparseCode s_first = SparseCode.FromSorted(9, [1, 8], [0.5f, 2f]);
    private static readonly SparseCode s_second = SparseCode.FromSorted(9, [0], [3f]);
    private readonly string _path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());

    [Fact]
    public void What_was_added_is_there_again_and_more_is_added_behind_it()
    {
        Add("recipe", s_first);
        Add("recipe", s_second);
        Assert.Equal([s_first, s_second], Known("recipe"));
    }

    [Fact]
    public void Of_another_recipe_nothing_is_known()
    {
        Add("recipe", s_first);
        Assert.Empty(Known("other"));
        Assert.Empty(Known("recipe"));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    public void What_a_stop_left_of_the_last_one_is_dropped(int bytes)
    {
        Add("recipe", s_first, s_second);
        using (var file = File.OpenWrite(_path))
        {
            file.SetLength(file.Length - bytes);
        }

        Add("recipe", s_second, s_second);
        Assert.Equal([s_first, s_second, s_second], Known("recipe"));
    }

    [Fact]
    public void A_file_of_something_else_is_begun_anew()
    {
        File.WriteAllBytes(_path, [200, 1, 2, 3]);
        Assert.Empty(Known("recipe"));
    }

    public void Dispose() => File.Delete(_path);

    private void Add(string recipe, params SparseCode[] codes)
    {
        using var file = new ShownPictureFile(_path, recipe, 9);
        foreach (var code in codes)
        {
            file.Add(code);
        }
    }

    private IReadOnlyList<SparseCode> Known(string recipe)
    {
        using var file = new ShownPictureFile(_path, recipe, 9);
        return file.Known;
    }
}
