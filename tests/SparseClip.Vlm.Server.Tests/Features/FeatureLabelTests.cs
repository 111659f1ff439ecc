using System.Net;
using System.Net.Http.Json;
using System.Text;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Features;

/// <summary>The names that people give to features. Every test has a feature of its own.</summary>
public sealed class FeatureLabelTests(RunningServer server)
{
    [Fact]
    public async Task A_name_is_given_changed_and_taken_back_and_all_of_it_is_kept()
    {
        Assert.Equal("first", (await PutAsync(40, new { label = " first ", by = "Ada" })).Title);
        Assert.Equal("second", (await PutAsync(40, new { label = "second" })).Title);
        using var deleted = await server.Http.DeleteAsync(Route(40), HttpAnswers.Stop);
        var feature = await DetailAsync(deleted);

        Assert.Equal(("feature 40", "feature 40"), (feature.Name, feature.Title));
        Assert.Equal([null, "second", "first"], feature.Labels.Select(label => label.Label));
        Assert.Equal([null, null, "Ada"], feature.Labels.Select(label => label.By));
        Assert.Equal(feature.Labels.OrderByDescending(label => label.At), feature.Labels);
    }

    [Fact]
    public async Task A_name_is_shown_wherever_the_feature_is()
    {
        await PutAsync(41, new { label = "my own" });
        using var response = await server.GetAsync("/api/features?page=42&pageSize=1");
        Assert.Equal("my own", Assert.Single((await response.Content.ReadFromJsonAsync<FeaturePage>(HttpAnswers.Stop))!.Features).Title);
        var image = await server.UploadAsync(3);
        using var listed = await server.GetAsync($"/api/images/{image.Id}/features?top=96");
        var features = (await listed.Content.ReadFromJsonAsync<Contracts.Images.ImageFeaturesResponse>(HttpAnswers.Stop))!.Features;
        Assert.All(features.Where(feature => feature.Id == 41), feature => Assert.Equal("my own", feature.Title));
    }

    [Fact]
    public async Task Names_outlive_the_server()
    {
        await PutAsync(42, new { label = "kept", by = "Ada" });

        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={server.Folder}/other-images", $"--Server:DataDirectory={server.Data}");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var feature = (await http.GetFromJsonAsync<FeatureDetail>("/api/features/42", HttpAnswers.Stop))!;
            Assert.Equal(("kept", "Ada"), (feature.Title, feature.Labels[0].By));
        }
    }

    [Fact]
    public async Task Many_at_once_lose_nothing()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => PutAsync(43, new { label = $"name {i}" })));
        using var response = await server.GetAsync("/api/features/43");
        Assert.Equal(Enumerable.Range(0, 20).Select(i => $"name {i}").Order(), (await DetailAsync(response)).Labels.Select(label => label.Label).Order());
    }

    [Fact]
    public async Task Going_back_from_nothing_changes_nothing()
    {
        using var response = await server.Http.DeleteAsync(Route(44), HttpAnswers.Stop);
        Assert.Empty((await DetailAsync(response)).Labels);
    }

    [Theory]
    [InlineData("""{}""", "missing_required_parameter", "label")]
    [InlineData("""{"label":""}""", "invalid_value", "label")]
    [InlineData("""{"label":"a\nb"}""", "invalid_value", "label")]
    [InlineData("""{"label":"<b>"}""", "invalid_value", "label")]
    [InlineData("""{"label":3}""", "invalid_type", "label")]
    [InlineData("""{"label":"dog","by":" "}""", "invalid_value", "by")]
    [InlineData("""{"name":"dog"}""", "unknown_parameter", "name")]
    [InlineData("""[]""", "invalid_type", null)]
    public async Task What_is_no_name_is_refused_and_nothing_changes(string body, string code, string? param)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.PutAsync(Route(45), content, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.BadRequest, code, param);
        using var after = await server.GetAsync("/api/features/45");
        Assert.Empty((await DetailAsync(after)).Labels);
    }

    [Fact]
    public async Task A_feature_that_is_not_there_gets_no_name()
    {
        using var response = await server.Http.PutAsJsonAsync(Route(96), new { label = "dog" }, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_feature");
        using var deleted = await server.Http.DeleteAsync(Route(96), HttpAnswers.Stop);
        await deleted.RefusedAsync(HttpStatusCode.NotFound, "unknown_feature");
    }

    [Fact]
    public async Task A_damaged_file_of_names_is_said_and_left_alone()
    {
        var folder = Directory.CreateDirectory(Path.Combine(server.Folder, "damaged")).FullName;
        await PutAsync(46, new { label = "somewhere else" });
        var file = Path.Combine(folder, Path.GetFileName(Assert.Single(Directory.GetFiles(server.Data, "feature-labels-*.json"))));
        await File.WriteAllTextAsync(file, "{\"46\":", HttpAnswers.Stop);
        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={server.Folder}/third-images", $"--Server:DataDirectory={folder}");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var response = await http.PutAsJsonAsync(Route(46), new { label = "dog" }, HttpAnswers.Stop);
            Assert.Contains("is damaged", await response.RefusedAsync(HttpStatusCode.InternalServerError, "labels_damaged"), StringComparison.Ordinal);
            Assert.Equal("{\"46\":", await File.ReadAllTextAsync(file, HttpAnswers.Stop));
        }
    }

    private static Uri Route(int id) => new($"/api/features/{id}/label", UriKind.Relative);

    private static async Task<FeatureDetail> DetailAsync(HttpResponseMessage response) =>
        (await response.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<FeatureDetail>(HttpAnswers.Stop))!;

    private async Task<FeatureDetail> PutAsync(int id, object body)
    {
        using var response = await server.Http.PutAsJsonAsync(Route(id), body, HttpAnswers.Stop);
        return await DetailAsync(response);
    }
}
