using System.Text;
using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Sources;

namespace SparseClip.Vlm.Data.Tests.Sources;

public class IconifySetTests
{
    private static readonly IconifySet s_set = IconifySet.Load(Path.Combine(DataFixtures.Packages, "iconify-json-noto-1.2.9", "package", "icons.json"));

    [Fact]
    public void An_icon_has_its_own_frame_over_the_sets_over_16() => Assert.Contains("viewBox=\"0 0 32 16\"", Svg("sports-car"), StringComparison.Ordinal);

    [Fact]
    public void An_alias_is_its_parent_mirrored()
    {
        Assert.Contains("translate(32 0) scale(-1 1)", Svg("car"), StringComparison.Ordinal);
        Assert.Contains("#e11", Svg("car"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_quarter_turn_swaps_the_sides_of_the_frame()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("icons.json"), """{ "icons": { "a": { "body": "<g/>", "width": 32, "rotate": 1 } } }""");

        string svg = Encoding.UTF8.GetString(IconifySet.Load(folder.File("icons.json")).Svg("a"));

        Assert.Contains("viewBox=\"8 -8 16 32\"", svg, StringComparison.Ordinal);
        Assert.Contains("rotate(90 16 8)", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void An_alias_of_itself_ends_in_an_error()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("icons.json"), """{ "icons": {}, "aliases": { "a": { "parent": "a" } } }""");

        Assert.Throws<DataBuildException>(() => IconifySet.Load(folder.File("icons.json")).Svg("a"));
    }

    [Theory]
    [InlineData("no json")]
    [InlineData("{}")]
    public void Another_file_is_refused_by_name(string content)
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("icons.json"), content);

        var error = Assert.Throws<DataBuildException>(() => IconifySet.Load(folder.File("icons.json")));

        Assert.Contains("icons.json", error.Message, StringComparison.Ordinal);
    }

    private static string Svg(string name) => Encoding.UTF8.GetString(s_set.Svg(name));
}
