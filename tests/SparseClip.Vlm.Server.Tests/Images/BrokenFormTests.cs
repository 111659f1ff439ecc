using System.Net;
using System.Text;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Images;

/// <summary>Forms that are damaged: the client's error, in words.</summary>
public sealed class BrokenFormTests(RunningServer server)
{
    private const string Part = "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.png\"\r\n\r\n";

    public static TheoryData<string, string, HttpStatusCode, string> Forms { get; } = new()
    {
        { "multipart/form-data; boundary=b", Part + "abc", HttpStatusCode.BadRequest, "invalid_form" },
        { "multipart/form-data; boundary=b", Part[..40], HttpStatusCode.BadRequest, "invalid_form" },
        { "multipart/form-data; boundary=other", Part + "abc\r\n--b--\r\n", HttpStatusCode.BadRequest, "invalid_form" },
        { "multipart/form-data; boundary=b", Part.ReplaceLineEndings("\n") + "abc\n--b--\n", HttpStatusCode.BadRequest, "invalid_form" },
        { "multipart/form-data; boundary=b", "", HttpStatusCode.BadRequest, "invalid_form" },
        { "multipart/form-data; boundary=b", "--b\r\nno header at all\r\n\r\nabc\r\n--b--\r\n", HttpStatusCode.BadRequest, "invalid_form" },
        {
            "multipart/form-data; boundary=b",
            "--b\r\n" + string.Concat(Enumerable.Range(0, 2000).Select(number => $"X-{number}: y\r\n")) + "\r\nabc\r\n--b--\r\n",
            HttpStatusCode.BadRequest,
            "invalid_form"
        },
        { "multipart/form-data; boundary=b", "--b--\r\n", HttpStatusCode.BadRequest, "no_image" },
        { "multipart/form-data; boundary=b", $"{Part}abc\r\n{Part}def\r\n--b--\r\n", HttpStatusCode.BadRequest, "too_many_images" },
        { "multipart/form-data;;;=", Part, HttpStatusCode.UnsupportedMediaType, "unsupported_form" },
        { "multipart/form-data", Part, HttpStatusCode.UnsupportedMediaType, "unsupported_form" },
        { "multipart/form-data; boundary=\"\"", Part, HttpStatusCode.UnsupportedMediaType, "unsupported_form" },
        { $"multipart/form-data; boundary={new string('b', 5000)}", Part, HttpStatusCode.UnsupportedMediaType, "unsupported_form" },
    };

    [Theory]
    [MemberData(nameof(Forms), DisableDiscoveryEnumeration = true)]
    public async Task A_damaged_form(string type, string body, HttpStatusCode status, string code)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        using var response = await server.Http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        await response.RefusedAsync(status, code, "image");
    }
}
