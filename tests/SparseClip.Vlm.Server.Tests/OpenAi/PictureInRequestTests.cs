using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Pictures in the dialogue: one, by its content, in a message of the user.</summary>
public sealed class PictureInRequestTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";
    private static readonly byte[] s_file = TestPng.Noise(48, 40, 51);
    private static readonly string s_base64 = Convert.ToBase64String(s_file);

    /// <summary>The ways in which clients write the base64 of a file; all of them the same picture.</summary>
    public static TheoryData<string> Spellings { get; } =
    [
        $"data:image/png;base64,{s_base64}",
        $"data:image/PNG;base64,{s_base64}",
        $"DATA:image/png;charset=utf-8;BASE64,{s_base64}",
        $"data:;base64,{s_base64}",
        $"data:image/png;base64,{s_base64.TrimEnd('=')}",
        $"data:image/png;base64,{s_base64.TrimEnd('=').Replace('+', '-').Replace('/', '_')}",
        $"data:image/png;base64,{Uri.EscapeDataString(s_base64)}",
        $"data:image/png;base64, {string.Join("\r\n", s_base64.Chunk(76).Select(line => new string(line)))}\n",
    ];

    [Theory]
    [MemberData(nameof(Spellings), DisableDiscoveryEnumeration = true)]
    public async Task The_same_bytes_are_the_same_picture_however_they_are_written(string url)
    {
        var image = await server.UploadAsync(51);
        using var response = await server.PostAsync(Route, Dialogue(Part($"image:{image.Id}"), Part(url)));
        Assert.True(response.StatusCode == HttpStatusCode.OK, await response.Content.ReadAsStringAsync(HttpAnswers.Stop));
        using var bare = await server.PostAsync(Route, Dialogue(new { type = "image_url", image_url = url }));
        using var uploaded = await server.PostAsync(Route, Dialogue(Part($"image:{image.Id}")));
        Assert.Equal(
            (await uploaded.JsonAsync()).GetProperty("choices").GetRawText(), (await bare.JsonAsync()).GetProperty("choices").GetRawText());
    }

    [Fact]
    public async Task A_second_picture_is_refused_and_not_dropped()
    {
        var (one, two) = (await server.UploadAsync(51), await server.UploadAsync(52));
        using var ids = await server.PostAsync(Route, Dialogue(Part($"image:{one.Id}"), Part($"image:{two.Id}")));
        await ids.RefusedAsync(HttpStatusCode.BadRequest, "too_many_images", "messages[0].content[2].image_url");
        var other = $"data:image/png;base64,{Convert.ToBase64String(TestPng.Noise(48, 40, 53))}";
        using var mixed = await server.PostAsync(Route, Dialogue(Part($"image:{one.Id}"), Part(other)));
        await mixed.RefusedAsync(HttpStatusCode.BadRequest, "too_many_images");
    }

    [Theory]
    [InlineData("system")]
    [InlineData("developer")]
    [InlineData("assistant")]
    public async Task A_picture_belongs_to_the_user(string role)
    {
        var image = await server.UploadAsync(51);
        using var response = await server.PostAsync(Route, new
        {
            messages = new object[] { new { role, content = new[] { Part($"image:{image.Id}") } }, new { role = "user", content = "What is this?" } },
        });
        await response.RefusedAsync(HttpStatusCode.BadRequest, "misplaced_image", "messages[0].content[0]");
    }

    [Theory]
    [InlineData("data:image/png;base64,a", "cut off")]
    [InlineData("data:image/png;base64,aGVsb", "cut off")]
    [InlineData("data:image/png;base64,aGV$bG8=", "letters")]
    [InlineData("data:image/png;base64,aG=VsbG8", "letters")]
    [InlineData("data:image/png,%89PNG", "of the form")]
    [InlineData("data:image/png;base64", "of the form")]
    [InlineData("data:", "of the form")]
    [InlineData("image", "data: URI or image:ID")]
    [InlineData("IMAGE:abc", "data: URI or image:ID")]
    public async Task What_is_wrong_with_a_URI_is_told(string url, string words)
    {
        using var response = await server.PostAsync(Route, Dialogue(Part(url)));
        Assert.Contains(
            words,
            await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url", "messages[0].content[1].image_url"),
            StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_above_the_limit_is_refused_before_anybody_looks_at_it()
    {
        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", "--Server:MaxImageBytes=4096");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            async Task<HttpResponseMessage> AskAsync(int bytes) =>
                await http.PostAsync(
                    new Uri(Route, UriKind.Relative),
                    System.Net.Http.Json.JsonContent.Create(Dialogue(Part($"data:image/png;base64,{Convert.ToBase64String(new byte[bytes])}"))),
                    HttpAnswers.Stop);
            using var above = await AskAsync(4097);
            await above.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "image_file_too_large");
            using var at = await AskAsync(4096);
            await at.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_image");
        }
    }

    [Fact]
    public async Task At_most_256_edits()
    {
        var image = await server.UploadAsync(51);
        async Task<HttpResponseMessage> SteerAsync(int count) => await server.PostAsync(
            Route, Ask.About(image.Id, steering: new { edits = Enumerable.Repeat(new { feature = 3, op = "ablate" }, count) }));
        using var most = await SteerAsync(256);
        Assert.Equal(HttpStatusCode.OK, most.StatusCode);
        using var more = await SteerAsync(257);
        Assert.Contains("256", await more.RefusedAsync(HttpStatusCode.UnprocessableEntity, "invalid_value"), StringComparison.Ordinal);
    }

    private static object Part(string url) => new { type = "image_url", image_url = new { url, detail = "auto" } };

    private static object Dialogue(params object[] pictures) => new
    {
        max_tokens = 4,
        messages = new object[] { new { role = "user", content = new object[] { new { type = "text", text = "What is this?" } }.Concat(pictures) } },
    };
}
