using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Contracts.Images;
using SparseClip.Vlm.Server.Access;
using SparseClip.Vlm.Server.Taught;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Access;

/// <summary>What is whose where keys are needed.</summary>
public sealed class OwnershipTests(RunningServer server)
{
    [Fact]
    public async Task A_picture_is_there_for_those_who_uploaded_it_and_for_nobody_else()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var ada = keyed.Client("ada", ApiScope.Read, ApiScope.Ask, ApiScope.Teach);
        using var bob = keyed.Client("bob", ApiScope.Admin);
        using var adaToo = keyed.Client("ada", ApiScope.Read);
        var id = await UploadAsync(ada, 71);

        foreach (var path in (string[])["", "/features", "/features/1/heatmap", "/concepts", "/concepts/cat/heatmap"])
        {
            var route = new Uri($"/api/images/{id}{path}", UriKind.Relative);
            using var own = await ada.GetAsync(route, HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, own.StatusCode);
            using var rotated = await adaToo.GetAsync(route, HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, rotated.StatusCode);
            using var other = await bob.GetAsync(route, HttpAnswers.Stop);
            await other.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        }

        foreach (var (path, body) in ((string, object)[])
        [
            ($"/api/images/{id}/steering", new { edits = new[] { new { name = "cat", op = "ablate" } } }),
            ("/api/concepts", new { word = "my thing", images = new[] { id } }),
            ("/v1/embeddings", new { input = $"image:{id}" }),
            ("/v1/decide", new { image = $"image:{id}", choices = new[] { "dog", "cat" } }),
            ("/v1/decide", new { image = id, concept = "cat" }),
            ("/v1/chat/completions", Ask.About(id)),
            ("/v1/responses", new { input = new[] { new { role = "user", content = new[] { new { type = "input_image", image_url = $"image:{id}" } } } } }),
            ("/v1/chat/completions/input_tokens", Ask.About(id)),
        ])
        {
            using var other = await bob.PostAsJsonAsync(path, body, HttpAnswers.Stop);
            await other.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        }

        Assert.Equal(id, await UploadAsync(bob, 71));
        using var now = await bob.GetAsync(new Uri($"/api/images/{id}", UriKind.Relative), HttpAnswers.Stop);
        using var still = await ada.GetAsync(new Uri($"/api/images/{id}", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (now.StatusCode, still.StatusCode));
        Assert.Equal(["ada", "bob"], await File.ReadAllLinesAsync(Path.Combine(keyed.Data, "images", $"{id}.owners"), HttpAnswers.Stop));
    }

    [Fact]
    public async Task A_name_of_a_feature_is_given_by_the_name_of_the_key()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var ada = keyed.Client("ada", ApiScope.Read, ApiScope.Teach);
        using var named = await ada.PutAsJsonAsync("/api/features/50/label", new { label = "mine" }, HttpAnswers.Stop);
        Assert.Equal("ada", (await named.Content.ReadFromJsonAsync<FeatureDetail>(HttpAnswers.Stop))!.Labels[0].By);
        using var lied = await ada.PutAsJsonAsync("/api/features/50/label", new { label = "yours", by = "bob" }, HttpAnswers.Stop);
        await lied.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "by");
    }

    [Fact]
    public async Task Who_taught_and_who_forgot_a_concept_is_noted()
    {
        await using var keyed = await KeyedServer.StartAsync(server.Bundle);
        using var ada = keyed.Client("ada", ApiScope.Ask, ApiScope.Teach);
        using var bob = keyed.Client("bob", ApiScope.Teach);
        using var taught = await ada.PostAsJsonAsync("/api/concepts", new { word = "my thing", images = new[] { await UploadAsync(ada, 72) } }, HttpAnswers.Stop);
        Assert.True(taught.StatusCode == HttpStatusCode.Created, await taught.Content.ReadAsStringAsync(HttpAnswers.Stop));
        using var forgotten = await bob.DeleteAsync(new Uri("/api/concepts/my%20thing", UriKind.Relative), HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.NoContent, forgotten.StatusCode);

        var lines = (await File.ReadAllLinesAsync(Path.Combine(keyed.Data, TaughtJournal.FileName), HttpAnswers.Stop)).Select(line => JsonElement.Parse(line)).ToList();
        Assert.Equal(
            [("taught", "my thing", "ada"), ("forgotten", "my thing", "bob")],
            lines.Select(line => (line.GetProperty("change").GetString(), line.GetProperty("word").GetString(), line.GetProperty("by").GetString())));
    }

    private static async Task<string> UploadAsync(HttpClient http, byte seed)
    {
        using var content = new ByteArrayContent(TestPng.Noise(48, 40, seed));
        using var response = await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.Content.ReadFromJsonAsync<ImageResponse>(HttpAnswers.Stop))!.Id;
    }
}
