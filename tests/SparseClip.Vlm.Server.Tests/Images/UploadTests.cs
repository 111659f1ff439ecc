using System.Net;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Images;

/// <summary>Pictures in, features out.</summary>
public sealed class UploadTests(RunningServer server)
{
    [Fact]
    public async Task A_picture_gets_the_hash_of_its_file_and_its_features()
    {
        var file = TestPng.Noise(60, 40, 11);
        using var response = await server.UploadAsync(file);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        var image = await response.JsonAsync();
        var id = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(file));
        Assert.Equal(id, image.GetProperty("id").GetString());
        Assert.Equal(60, image.GetProperty("width").GetInt32());
        Assert.Equal(17, image.GetProperty("seenAs").GetProperty("tokens").GetInt32());
        var values = image.GetProperty("features").EnumerateArray().Select(feature => feature.GetProperty("value").GetSingle()).ToList();
        Assert.NotEmpty(values);
        Assert.Equal(values.OrderDescending(), values);

        using var again = await server.GetAsync($"/api/images/{id}");
        Assert.Equal("image/png", again.Content.Headers.ContentType!.MediaType);
        Assert.Equal(file, await again.Content.ReadAsByteArrayAsync(HttpAnswers.Stop));
    }

    [Fact]
    public async Task A_form_with_a_file_is_taken_too()
    {
        using var form = new MultipartFormDataContent { { new StringContent("hello"), "note" }, { new ByteArrayContent(TestPng.Noise(20, 20, 2)), "file", "a.png" } };
        using var response = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), form, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Fact]
    public async Task A_form_without_a_file_is_refused()
    {
        using var form = new MultipartFormDataContent { { new StringContent("hello"), "note" } };
        using var response = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), form, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.BadRequest, "no_image");
    }

    [Fact]
    public async Task As_many_features_come_as_asked_for()
    {
        var image = await server.UploadAsync(3);
        using var response = await server.GetAsync($"/api/images/{image.Id}/features?top=3");
        var body = await response.JsonAsync();
        Assert.Equal(3, body.GetProperty("features").GetArrayLength());
        Assert.True(body.GetProperty("active").GetInt32() >= 3);
        using var none = await server.GetAsync($"/api/images/{image.Id}/features?top=0");
        await none.RefusedAsync(HttpStatusCode.BadRequest, "bad_request");
    }

    [Fact]
    public async Task A_heat_map_has_the_values_of_the_patches()
    {
        var image = await server.UploadAsync(4);
        using var response = await server.GetAsync($"/api/images/{image.Id}/features/{image.Features[0].Id}/heatmap");
        var map = await response.JsonAsync();
        Assert.Equal(4, map.GetProperty("width").GetInt32());
        Assert.Equal(4, map.GetProperty("height").GetInt32());
        var values = map.GetProperty("values").EnumerateArray().Select(value => value.GetSingle()).ToList();
        Assert.Equal(16, values.Count);
        Assert.Contains(values, value => value > 0);

        // The map is an exact decomposition: its mean is the pre-activation of the pooled code.
        Assert.Equal(values.Average(), map.GetProperty("pooled").GetSingle(), 1e-5);
        Assert.True(map.GetProperty("pooled").GetSingle() > 0);
        using var unknown = await server.GetAsync($"/api/images/{image.Id}/features/{TinyBundle.Dimension}/heatmap");
        await unknown.RefusedAsync(HttpStatusCode.NotFound, "unknown_feature");
    }

    [Theory]
    [InlineData("0000000000000000000000000000000000000000000000000000000000000000")]
    [InlineData("..%2F..%2Fetc%2Fpasswd")]
    [InlineData("x")]
    public async Task An_unknown_picture_is_not_found(string id)
    {
        using var response = await server.GetAsync($"/api/images/{id}/features");
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
    }
}
