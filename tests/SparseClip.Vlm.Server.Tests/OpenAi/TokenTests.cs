using System.Net;
using System.Text;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Tokens of texts and prompts, and what the server can do.</summary>
public sealed class TokenTests(RunningServer server)
{
    [Fact]
    public async Task A_text_is_its_pieces()
    {
        const string Text = "Grüße 😀 <|im_end|>";
        using var plain = await server.PostAsync("/v1/tokenize", new { content = Text });
        using var told = await server.PostAsync("/v1/tokenize", new { content = Text, with_pieces = true });
        var ids = (await plain.JsonAsync()).GetProperty("tokens").EnumerateArray().Select(token => token.GetInt32());
        var tokens = (await told.JsonAsync()).GetProperty("tokens").EnumerateArray().ToList();
        Assert.Equal(ids, tokens.Select(token => token.GetProperty("id").GetInt32()));
        Assert.Equal(Text, Encoding.UTF8.GetString([.. tokens.SelectMany(token => Bytes(token.GetProperty("piece")))]));
        Assert.Contains(tokens, token => token.GetProperty("piece").ValueKind == JsonValueKind.Array);
        using var none = await server.PostAsync("/v1/tokenize", new { content = "" });
        Assert.Empty((await none.JsonAsync()).GetProperty("tokens").EnumerateArray());
    }

    [Theory]
    [InlineData("{}", "missing_required_parameter", "content")]
    [InlineData("{\"content\":5}", "invalid_type", "content")]
    [InlineData("{\"text\":\"x\"}", "unknown_parameter", "text")]
    [InlineData("{\"content\":\"x\",\"add_special\":true}", "unsupported_parameter", "add_special")]
    [InlineData("{\"content\":\"x\",\"with_pieces\":1}", "invalid_type", "with_pieces")]
    public async Task What_is_no_text_is_refused(string body, string code, string param)
    {
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await server.Http.PostAsync(new Uri("/v1/tokenize", UriKind.Relative), content, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.BadRequest, code, param);
    }

    [Fact]
    public async Task A_prompt_is_counted_as_an_answer_counts_it()
    {
        var image = await server.UploadAsync(91);
        foreach (var body in (object[])[Ask.Text("Hello there"), Ask.About(image.Id), Ask.About(image.Id, steering: new { edits = new[] { new { feature = 1, op = "ablate" } } })])
        {
            using var counted = await server.PostAsync("/v1/chat/completions/input_tokens", body);
            using var answered = await server.PostAsync("/v1/chat/completions", body);
            Assert.Equal((await answered.JsonAsync()).GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), (await counted.JsonAsync()).GetProperty("input_tokens").GetInt32());
        }

        using var bad = await server.PostAsync("/v1/chat/completions/input_tokens", new { messages = Array.Empty<object>() });
        await bad.RefusedAsync(HttpStatusCode.BadRequest, "no_messages", "messages");
        using var unsteered = await server.PostAsync("/v1/chat/completions/input_tokens", Ask.Text("x", steering: new { edits = new[] { new { feature = 1, op = "ablate" } } }));
        await unsteered.RefusedAsync(HttpStatusCode.UnprocessableEntity, "steering_without_image");
    }

    [Fact]
    public async Task What_the_server_can_do_is_told()
    {
        using var response = await server.GetAsync("/v1/capabilities");
        var can = await response.JsonAsync();
        Assert.Equal((TinyBundle.Name, TinyBundle.Dimension, 8, 20), (
            can.GetProperty("model").GetString(), can.GetProperty("embedding_dimensions").GetInt32(), can.GetProperty("max_choices").GetInt32(), can.GetProperty("max_top_logprobs").GetInt32()));
        Assert.Equal(["text", "image"], can.GetProperty("input_modalities").EnumerateArray().Select(kind => kind.GetString()));
        Assert.True(can.GetProperty("context_length").GetInt32() > can.GetProperty("picture_tokens").GetInt32());
        Assert.False(can.GetProperty("tools").GetBoolean());
    }

    private static byte[] Bytes(JsonElement piece) => piece.ValueKind == JsonValueKind.String
        ? Encoding.UTF8.GetBytes(piece.GetString()!)
        : [.. piece.EnumerateArray().Select(letter => letter.GetByte())];
}
