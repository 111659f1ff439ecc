using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Requests;

/// <summary>How a body is sent: content type, charset, compression, and bytes that are no JSON.</summary>
public sealed class BodyTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";
    private const string Good = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"max_tokens\":1}";

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/json; charset=utf-8")]
    [InlineData("application/json; charset=utf8")]
    [InlineData("application/json; charset=\"UTF-8\"")]
    [InlineData("application/json; charset=us-ascii")]
    [InlineData("APPLICATION/JSON")]
    public async Task JSON_by_any_of_its_names_is_read(string type)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(Good), type);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("application/json; charset=foo", "unsupported_charset")]
    [InlineData("application/json; charset=iso-8859-1", "unsupported_charset")]
    [InlineData("application/json; charset=utf-16", "unsupported_charset")]
    [InlineData("text/plain", "unsupported_media_type")]
    [InlineData("application/x-www-form-urlencoded", "unsupported_media_type")]
    [InlineData("multipart/form-data; boundary=x", "unsupported_media_type")]
    [InlineData("nonsense", "unsupported_media_type")]
    [InlineData(null, "unsupported_media_type")]
    public async Task Another_kind_of_body_is_refused(string? type, string code)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(Good), type);
        await response.RefusedAsync(HttpStatusCode.UnsupportedMediaType, code);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    [InlineData("GZIP")]
    public async Task A_compressed_body_is_read(string encoding)
    {
        using var response = await SendAsync(Compress(Encoding.UTF8.GetBytes(Good), encoding), "application/json", encoding);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task So_is_a_compressed_picture()
    {
        using var content = new ByteArrayContent(Compress(TestPng.Noise(30, 30, 71), "gzip")) { Headers = { ContentEncoding = { "gzip" } } };
        using var response = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
    }

    [Theory]
    [InlineData("zstd", "unsupported_encoding", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip, gzip", "unsupported_encoding", HttpStatusCode.UnsupportedMediaType)]
    [InlineData("gzip", "invalid_encoding", HttpStatusCode.BadRequest)]
    [InlineData("deflate", "invalid_encoding", HttpStatusCode.BadRequest)]
    [InlineData("br", "invalid_encoding", HttpStatusCode.BadRequest)]
    public async Task What_cannot_be_decompressed_is_refused_by_the_name_of_the_encoding(string encoding, string code, HttpStatusCode status)
    {
        foreach (var route in (string[])[Route, "/api/images"])
        {
            using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(Good));
            content.Headers.ContentType = MediaTypeHeaderValue.Parse("application/json");
            content.Headers.TryAddWithoutValidation("Content-Encoding", encoding);
            using var response = await server.Http.PostAsync(new Uri(route, UriKind.Relative), content, HttpAnswers.Stop);
            Assert.Contains(encoding, await response.RefusedAsync(status, code), StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task A_compressed_body_that_is_cut_off_is_refused(string encoding)
    {
        using var response = await SendAsync(Compress(Encoding.UTF8.GetBytes(Good), encoding)[..^12], "application/json", encoding);
        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
    }

    [Fact]
    public async Task What_a_compressed_body_unpacks_to_is_bounded()
    {
        var bomb = Compress(new byte[200 * 1024 * 1024], "br");
        Assert.True(bomb.Length < 100_000);
        using var json = await SendAsync(bomb, "application/json", "br");
        await json.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "too_large");
        using var content = new ByteArrayContent(bomb) { Headers = { ContentEncoding = { "br" } } };
        using var picture = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        await picture.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "image_file_too_large");
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("{\"messages\": [")]
    [InlineData("{'messages': []}")]
    [InlineData("{} {}")]
    [InlineData("NaN")]
    [InlineData("{\"temperature\": NaN}")]
    [InlineData("messages=hi")]
    [InlineData("{/* hello */}")]
    public async Task What_is_no_JSON_is_refused_with_the_place(string body)
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(body), "application/json");
        var words = await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
        Assert.True(words.Contains("empty", StringComparison.Ordinal) || words.Contains("line 1, byte", StringComparison.Ordinal), words);
    }

    [Fact]
    public async Task Bytes_that_are_no_UTF8_are_refused()
    {
        using var latin = await SendAsync(Encoding.Latin1.GetBytes(Good.Replace("Hi", "Grüße", StringComparison.Ordinal)), "application/json");
        await latin.RefusedAsync(HttpStatusCode.BadRequest, "invalid_text", "messages[0].content");
        using var wide = await SendAsync(Encoding.Unicode.GetBytes(Good), "application/json");
        await wide.RefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    [Fact]
    public async Task A_byte_order_mark_is_passed_over()
    {
        using var response = await SendAsync([.. Encoding.UTF8.Preamble, .. Encoding.UTF8.GetBytes(Good)], "application/json");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Fact]
    public async Task A_body_nested_a_thousand_deep_is_refused()
    {
        using var response = await SendAsync(Encoding.UTF8.GetBytes(new string('[', 1000) + new string(']', 1000)), "application/json");
        await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    private async Task<HttpResponseMessage> SendAsync(byte[] body, string? type, string? encoding = null)
    {
        using var content = new ByteArrayContent(body);
        if (type is not null)
        {
            content.Headers.TryAddWithoutValidation("Content-Type", type);
        }

        if (encoding is not null)
        {
            content.Headers.ContentEncoding.Add(encoding);
        }

        return await server.Http.PostAsync(new Uri(Route, UriKind.Relative), content, HttpAnswers.Stop);
    }

    private static byte[] Compress(byte[] bytes, string encoding)
    {
        using var target = new MemoryStream();
        using (Stream packed = encoding.ToLowerInvariant() switch
        {
            "gzip" or "x-gzip" => new GZipStream(target, CompressionLevel.Optimal),
            "deflate" => new ZLibStream(target, CompressionLevel.Optimal),
            "br" => new BrotliStream(target, CompressionLevel.Fastest),
            _ => target,
        })
        {
            packed.Write(bytes);
        }

        return target.ToArray();
    }
}
