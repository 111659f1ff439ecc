using System.Net;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Features;

/// <summary>Browsing and searching the features.</summary>
public sealed class FeatureTests(RunningServer server)
{
    [Fact]
    public async Task The_list_has_pages()
    {
        using var response = await server.GetAsync("/api/features?page=2&pageSize=10");
        var page = await response.JsonAsync();
        Assert.Equal(TinyBundle.Dimension, page.GetProperty("total").GetInt32());
        Assert.Equal(
            Enumerable.Range(10, 10), page.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("id").GetInt32()));
    }

    [Fact]
    public async Task A_name_is_found_first()
    {
        using var response = await server.GetAsync("/api/features?query=cat");
        var page = await response.JsonAsync();
        Assert.Equal("cat", page.GetProperty("features")[0].GetProperty("name").GetString());
    }

    [Fact]
    public async Task A_feature_tells_what_is_known_about_it()
    {
        using var response = await server.GetAsync("/api/features/1");
        var feature = await response.JsonAsync();
        Assert.Equal("cat", feature.GetProperty("name").GetString());
        Assert.Equal(2f, feature.GetProperty("maximum").GetSingle());
        Assert.Equal("cat", feature.GetProperty("topWords")[0].GetProperty("word").GetString());
    }

    [Theory]
    [InlineData("/api/features/96", HttpStatusCode.NotFound, "unknown_feature")]
    [InlineData("/api/features/-1", HttpStatusCode.NotFound, "unknown_feature")]
    [InlineData("/api/features?page=0", HttpStatusCode.BadRequest, "bad_request")]
    [InlineData("/api/features?page=x", HttpStatusCode.BadRequest, "bad_request")]
    public async Task What_does_not_exist_is_refused(string path, HttpStatusCode status, string code)
    {
        using var response = await server.GetAsync(path);
        await response.RefusedAsync(status, code);
    }

    [Fact]
    public async Task A_query_of_a_thousand_letters_is_refused()
    {
        using var response = await server.GetAsync($"/api/features?query={new string('a', 1000)}");
        await response.RefusedAsync(HttpStatusCode.BadRequest, "bad_request");
    }
}
