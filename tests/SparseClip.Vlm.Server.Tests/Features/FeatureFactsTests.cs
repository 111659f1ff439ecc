using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Features;

/// <summary>What pictures say about features, and the small pictures that show them.</summary>
public sealed class FeatureFactsTests(RunningServer server)
{
    [Fact]
    public async Task A_feature_whose_name_holds_tells_how_well_and_what_pictures_show_of_it()
    {
        var cat = await ReadAsync(1);

        Assert.Equal(("cat", "cat", "verified"), (cat.Name, cat.Title, cat.Standing));
        Assert.Equal(("cat", "shown", 0.95f, 40, 500, "found"), (cat.Evidence!.Word, cat.Evidence.Basis, cat.Evidence.Auroc!.Value, cat.Evidence.Pictures, cat.Evidence.Others, cat.Evidence.Origin));
        Assert.Equal((540, 40, 20), (cat.Statistics!.Pictures, cat.Statistics.Active, cat.Statistics.Histogram.Count));
        var near = Assert.Single(cat.Statistics.Neighbours);
        Assert.Equal((2, 0.5f, 0.25f), (near.Id, near.Pictures, near.Texts));
        Assert.Equal(new CausalNameDto("lion", false), cat.Causal);
        Assert.Equal(["lion", "cat"], cat.Exemplars.Select(exemplar => exemplar.Label));
    }

    [Fact]
    public async Task A_feature_whose_name_does_not_hold_is_shown_as_unnamed_and_steered_as_before()
    {
        var dog = await ReadAsync(2);
        Assert.Equal(("dog (2)", "unnamed (near: wolf, dog)", "unnamed"), (dog.Name, dog.Title, dog.Standing));
        Assert.Empty(dog.Exemplars);
    }

    [Fact]
    public async Task Of_a_feature_that_nobody_tried_nothing_is_said()
    {
        var feature = await ReadAsync(5);
        Assert.Equal(("feature 5", "untried"), (feature.Title, feature.Standing));
        Assert.Null(feature.Evidence);
        Assert.Null(feature.Statistics);
        Assert.Null(feature.Causal);
    }

    [Fact]
    public async Task An_exemplar_is_a_picture_that_may_be_kept_for_ever()
    {
        var url = (await ReadAsync(1)).Exemplars[0].Url;

        using var response = await server.GetAsync(url);
        response.EnsureSuccessStatusCode();

        Assert.Equal("image/webp", response.Content.Headers.ContentType!.MediaType);
        Assert.Contains("immutable", response.Headers.CacheControl!.ToString(), StringComparison.Ordinal);
        var bytes = await response.Content.ReadAsByteArrayAsync(HttpAnswers.Stop);
        Assert.Equal("RIFF"u8.ToArray(), bytes[..4]);
        using var other = await server.GetAsync((await ReadAsync(1)).Exemplars[1].Url);
        Assert.NotEqual(bytes, await other.Content.ReadAsByteArrayAsync(HttpAnswers.Stop));
    }

    [Theory]
    [InlineData("/api/exemplars/0123456789abcdef01234567")]
    [InlineData("/api/exemplars/x")]
    public async Task An_exemplar_that_is_not_there_is_refused(string path)
    {
        using var response = await server.GetAsync(path);
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_exemplar", "id");
    }

    [Fact]
    public async Task Lists_have_titles_and_standings()
    {
        using var response = await server.GetAsync("/api/features?pageSize=3");
        var page = (await response.Content.ReadFromJsonAsync<FeaturePage>(HttpAnswers.Stop))!;
        Assert.Equal(["untried", "verified", "unnamed"], page.Features.Select(feature => feature.Standing));
        var image = await server.UploadAsync(7);
        Assert.All(image.Features, feature => Assert.NotEmpty(feature.Title));
    }

    private async Task<FeatureDetail> ReadAsync(int id)
    {
        using var response = await server.GetAsync($"/api/features/{id}");
        return (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<FeatureDetail>(HttpAnswers.Stop))!;
    }
}
