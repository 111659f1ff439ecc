using System.Net;
using System.Text;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Images;

/// <summary>Each bad picture is a clear refusal, and the server answers the next request.</summary>
public sealed class BadPictureTests(RunningServer server)
{
    [Fact]
    public Task A_text_file() => IsRefusedAsync(Encoding.UTF8.GetBytes("Dear server, this is a letter."), HttpStatusCode.UnsupportedMediaType, "unsupported_image");

    [Fact]
    public Task A_text_file_that_says_it_is_a_picture() =>
        IsRefusedAsync("hello"u8.ToArray(), HttpStatusCode.UnsupportedMediaType, "unsupported_image", "image/png");

    [Fact]
    public Task An_SVG() => IsRefusedAsync(
        Encoding.UTF8.GetBytes("<?xml version=\"1.0\"?><svg xmlns=\"http://www.w3.org/2000/svg\"><rect width=\"9\" height=\"9\"/></svg>"),
        HttpStatusCode.UnsupportedMediaType, "unsupported_image", "image/svg+xml");

    [Fact]
    public Task Nothing() => IsRefusedAsync([], HttpStatusCode.UnsupportedMediaType, "unsupported_image");

    [Fact]
    public Task A_truncated_PNG() => IsRefusedAsync(TestPng.Noise(200, 200, 5)[..4000], HttpStatusCode.UnprocessableEntity, "undecodable_image");

    [Fact]
    public Task A_PNG_that_is_only_a_header() => IsRefusedAsync(TestPng.Noise(9, 9, 5)[..40], HttpStatusCode.UnprocessableEntity, "undecodable_image");

    [Fact]
    public Task A_PNG_of_30000_x_30000_pixels() =>
        IsRefusedAsync(TestPng.Blank(30_000, 30_000), HttpStatusCode.UnprocessableEntity, "image_too_large");

    [Fact]
    public Task A_file_above_20_MB() =>
        IsRefusedAsync(new byte[(20 * 1024 * 1024) + 1], HttpStatusCode.RequestEntityTooLarge, "image_file_too_large");

    [Fact]
    public async Task A_form_with_a_file_above_20_MB()
    {
        using var form = new MultipartFormDataContent { { new ByteArrayContent(new byte[(20 * 1024 * 1024) + 1]), "file", "a.png" } };
        using var response = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), form, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "image_file_too_large");
    }

    [Fact]
    public async Task A_kind_that_is_not_read_is_named_over_every_route()
    {
        byte[] heic = [0, 0, 0, 0x18, .. "ftypheic"u8, 0, 0, 0, 0, .. "mif1heic"u8, .. new byte[100]];
        const string Wanted = "HEIC is not read; send JPEG or PNG.";
        using var body = await server.UploadAsync(heic, "image/heic");
        await body.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_image");
        Assert.Equal(Wanted, (await body.JsonAsync()).GetProperty("detail").GetString());
        using var form = new MultipartFormDataContent { { new ByteArrayContent(heic), "file", "photo.jpg" } };
        using var part = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), form, HttpAnswers.Stop);
        Assert.Equal(Wanted, (await part.JsonAsync()).GetProperty("detail").GetString());
        using var uri = await server.PostAsync("/v1/chat/completions", OpenAi.Ask.Url($"data:image/heic;base64,{Convert.ToBase64String(heic)}"));
        await uri.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_image");
        Assert.Equal(Wanted, (await uri.JsonAsync()).GetProperty("error").GetProperty("message").GetString());
    }

    private async Task IsRefusedAsync(byte[] file, HttpStatusCode status, string code, string type = "application/octet-stream")
    {
        using var response = await server.UploadAsync(file, type);
        await response.RefusedAsync(status, code);
        using var next = await server.UploadAsync(TestPng.Noise(16, 16, 1));
        Assert.Equal(HttpStatusCode.Created, next.StatusCode);
    }
}
