using System.Net;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>What cannot be honoured is refused in OpenAI's error shape, never answered as if it had not been asked.</summary>
public sealed class RefusalTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";

    public static TheoryData<string, object> BadEdits { get; } = new()
    {
        { "unknown_feature", new { feature = 5000, op = "ablate" } },
        { "unknown_feature", new { name = new string('x', 200), op = "ablate" } },
        { "unknown_feature", new { op = "ablate" } },
        { "unknown_feature", new { feature = 1, name = "cat", op = "ablate" } },
        { "invalid_value", new { feature = 1, op = "explode", value = 1 } },
        { "invalid_value", new { feature = 1, op = "set" } },
        { "invalid_value", new { feature = 1, op = "set", value = -1 } },
        { "invalid_value", new { feature = 1, op = "ablate", value = 2 } },
        { "invalid_region", new { feature = 1, op = "ablate", region = new[] { 0.5, 0, 0.2, 1 } } },
        { "invalid_region", new { feature = 1, op = "ablate", region = new[] { 0.5, 0 } } },
    };

    [Theory]
    [MemberData(nameof(BadEdits), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_edit(string code, object edit)
    {
        var image = await server.UploadAsync(31);
        using var response = await server.PostAsync(Route, Ask.About(image.Id, steering: new { edits = new[] { edit } }));
        await response.RefusedAsync(HttpStatusCode.UnprocessableEntity, code);
    }

    [Fact]
    public async Task A_misspelt_field_of_an_edit()
    {
        var image = await server.UploadAsync(31);
        using var response = await server.PostAsync(Route, Ask.About(image.Id, steering: new { edits = new[] { new { feature = 1, op = "set", valeu = 1 } } }));
        var words = await response.RefusedAsync(HttpStatusCode.BadRequest, "unknown_parameter", "steering.edits[0].valeu");
        Assert.Contains("did you mean value?", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Steering_without_a_picture()
    {
        using var response = await server.PostAsync(Route, Ask.Text("Hello", steering: new { edits = new[] { new { feature = 1, op = "ablate" } } }));
        await response.RefusedAsync(HttpStatusCode.UnprocessableEntity, "steering_without_image");
    }

    [Fact]
    public async Task A_dialogue_that_does_not_fit()
    {
        using var response = await server.PostAsync(Route, Ask.Text(string.Concat(Enumerable.Repeat("many words and no end, ", 5_000))));
        await response.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded");
    }

    [Theory]
    [InlineData("https://example.org/a.png", "invalid_image_url")]
    [InlineData("data:image/png,abc", "invalid_image_url")]
    [InlineData("data:image/png;base64,@@@", "invalid_image_url")]
    public async Task A_picture_that_cannot_be_had(string url, string code)
    {
        using var response = await server.PostAsync(Route, Ask.Url(url));
        await response.RefusedAsync(HttpStatusCode.BadRequest, code);
    }

    [Fact]
    public async Task A_picture_that_was_never_uploaded()
    {
        using var response = await server.PostAsync(Route, Ask.About(new string('a', 64)));
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
    }

    [Fact]
    public async Task A_picture_that_is_a_text()
    {
        using var response = await server.PostAsync(Route, Ask.Url("data:image/png;base64,aGVsbG8="));
        await response.RefusedAsync(HttpStatusCode.UnsupportedMediaType, "unsupported_image");
    }

    public static TheoryData<string, HttpStatusCode, object> BadBodies { get; } = new()
    {
        { "no_messages", HttpStatusCode.BadRequest, new { messages = Array.Empty<object>() } },
        { "no_messages", HttpStatusCode.BadRequest, new { } },
        { "no_question", HttpStatusCode.BadRequest, Ask.Text("hi", role: "assistant") },
        { "invalid_role", HttpStatusCode.BadRequest, Ask.Text("hi", role: "tool") },
        { "invalid_value", HttpStatusCode.BadRequest, Ask.Text("hi", maxTokens: 0) },
        { "unsupported_parameter", HttpStatusCode.BadRequest, new { best_of = 2, messages = new[] { new { role = "user", content = "hi" } } } },
        { "invalid_value", HttpStatusCode.BadRequest, new { temperature = 9, messages = new[] { new { role = "user", content = "hi" } } } },
        { "model_not_found", HttpStatusCode.NotFound, new { model = "other", messages = new[] { new { role = "user", content = "hi" } } } },
        { "unsupported_content", HttpStatusCode.BadRequest, new { messages = new[] { new { role = "user", content = new[] { new { type = "input_audio" } } } } } },
    };

    [Theory]
    [MemberData(nameof(BadBodies), DisableDiscoveryEnumeration = true)]
    public async Task A_bad_body(string code, HttpStatusCode status, object body)
    {
        using var response = await server.PostAsync(Route, body);
        await response.RefusedAsync(status, code);
    }
}
