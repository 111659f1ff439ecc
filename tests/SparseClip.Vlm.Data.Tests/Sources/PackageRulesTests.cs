using SparseClip.Vlm.Data.Building;
using SparseClip.Vlm.Data.Sources;


namespace SparseClip.Vlm.Data.Tests.Sources;

public class PackageRulesTests
{
    [Fact]
    public void Licences_come_from_every_paragraph_about_the_folder()
    {
        DebianCopyright copyright = DebianCopyright.Parse(
        [
            "Format: x", "", "Files: *", "License: GPL-3+", "", "Files: images/land/*", "Copyright: many", "License: public-domain", " They gave it away.", "",
            "Files: images/land/*-anna*", "License: CC-BY-SA-4.0", "", "Files:", " images/land/mountain1*", " images/land/sea3*", "License: public-domain",
        ]);

        Assert.Equal(["public-domain", "public-domain"], copyright.LicensesOf("images/land/sea3.jpg", "images/land/"));
        Assert.Equal(["public-domain", "CC-BY-SA-4.0", "public-domain"], copyright.LicensesOf("images/land/mountain10-anna.jpg", "images/land/"));
        Assert.Empty(copyright.LicensesOf("images/ship/a.jpg", "images/land/"));
    }

    [Fact]
    public void Furniture_properties_keep_values_and_drop_comments()
    {
        Dictionary<string, string> values = FurnitureSource.ParseProperties("# x=1\nid#1=a=b\r\n name#1 = Caf\\u00e9 \\: table\n\n!y=2\n");

        Assert.Equal(new Dictionary<string, string> { ["id#1"] = "a=b", ["name#1"] = "Café : table" }, values);
    }

    [Theory]
    [InlineData("bee1", "bee")]
    [InlineData("B_W Tiger", "B W Tiger")]
    [InlineData("Leone 01", "Leone")]
    [InlineData("AZ-lizard", "AZ-lizard")]
    [InlineData("123", "")]
    public void Clip_art_titles_lose_underscores_and_numbers(string title, string expected) => Assert.Equal(expected, OpenClipartMetadata.Words(title));

    [Fact]
    public void Clip_art_metadata_gives_the_title_of_the_work_the_keywords_and_the_licence()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.svg"), """
            <svg xmlns="http://www.w3.org/2000/svg" xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:cc="http://web.resource.org/cc/" xmlns:dc="http://purl.org/dc/elements/1.1/">
            <metadata><rdf:RDF><cc:Work>
            <dc:creator><cc:Agent><dc:title>Somebody</dc:title></cc:Agent></dc:creator>
            <dc:title>Tom &amp;amp; Jerry_02</dc:title>
            <dc:subject><rdf:Bag><rdf:li>cat</rdf:li><rdf:li/><rdf:li>mouse</rdf:li><rdf:li>cat</rdf:li></rdf:Bag></dc:subject>
            <cc:license rdf:resource="http://web.resource.org/cc/PublicDomain"/>
            </cc:Work></rdf:RDF></metadata></svg>
            """);

        OpenClipartMetadata metadata = OpenClipartMetadata.Read(folder.File("a.svg"))!;

        Assert.Equal("Tom & Jerry", metadata.Label);
        Assert.Equal(["cat", "mouse"], metadata.Tags);
        Assert.True(metadata.PublicDomain);
    }

    [Fact]
    public void A_broken_drawing_has_no_metadata()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("a.svg"), "<svg><metadata>");

        Assert.Null(OpenClipartMetadata.Read(folder.File("a.svg")));
    }

    [Fact]
    public void An_unknown_source_is_answered_with_the_known_ones()
    {
        var error = Assert.Throws<DataBuildException>(() => PictureSources.Choose(["notto"], []));

        Assert.Contains("'notto'", error.Message, StringComparison.Ordinal);
        Assert.Contains("noto-v1", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_is_not_served_is_an_error_that_names_it()
    {
        using var folder = new TemporaryFolder();
        File.WriteAllText(folder.File("x-1.0.0.tgz"), "no archive");

        var error = await Assert.ThrowsAsync<DataBuildException>(() =>
            new PackageFetcher(folder.Path).FetchAsync([PackageReference.Npm("x", "1.0.0")], TestContext.Current.CancellationToken));

        Assert.Contains("'x'", error.Message, StringComparison.Ordinal);
        Assert.Contains("Delete", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_client_is_an_error_with_what_to_do()
    {
        var error = await Assert.ThrowsAsync<DataBuildException>(() => ClientProcess.RunAsync(
            "no-such-client", [], Path.GetTempPath(), "Package 'x' cannot be fetched", "Install it.", TestContext.Current.CancellationToken));

        Assert.StartsWith("Package 'x' cannot be fetched", error.Message, StringComparison.Ordinal);
        Assert.EndsWith("Install it.", error.Message, StringComparison.Ordinal);
    }
}
