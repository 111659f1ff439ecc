using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Answers over the OpenAI routes.</summary>
public sealed class CompletionTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";

    [Fact]
    public async Task An_answer_in_one_piece_has_text_usage_and_timings()
    {
        var image = await server.UploadAsync(21);
        using var response = await server.PostAsync(Route, Ask.About(image.Id));
        var answer = await response.JsonAsync();
        Assert.Equal("chat.completion", answer.GetProperty("object").GetString());
        Assert.Equal("assistant", answer.GetProperty("choices")[0].GetProperty("message").GetProperty("role").GetString());
        var usage = answer.GetProperty("usage");
        Assert.Equal(
            usage.GetProperty("total_tokens").GetInt32(),
            usage.GetProperty("prompt_tokens").GetInt32() + usage.GetProperty("completion_tokens").GetInt32());
        Assert.True(answer.GetProperty("timings").GetProperty("predicted_n").GetInt32() > 0);
        Assert.False(answer.TryGetProperty("steering", out _));
    }

    [Fact]
    public async Task A_stream_gives_the_same_text_in_pieces()
    {
        var image = await server.UploadAsync(22);
        using var whole = await server.PostAsync(Route, Ask.About(image.Id));
        var expected = (await whole.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

        using var response = await server.PostAsync(Route, Ask.About(image.Id, stream: true));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var lines = (await response.Content.ReadAsStringAsync(HttpAnswers.Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)
            .Where(line => line != ": keep-alive").ToList();
        Assert.All(lines, line => Assert.StartsWith("data: ", line, StringComparison.Ordinal));
        Assert.Equal("data: [DONE]", lines[^1]);
        var chunks = lines.SkipLast(1).Select(line => JsonDocument.Parse(line[6..]).RootElement).ToList();
        var pieces = chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray())
            .Select(choice => choice.GetProperty("delta").TryGetProperty("content", out var content) ? content.GetString() : "");
        Assert.Equal(expected, string.Concat(pieces));
        Assert.True(chunks[^1].TryGetProperty("usage", out _));
        Assert.True(chunks.Count > 3);
    }

    [Fact]
    public async Task The_words_that_the_model_read_are_told_and_follow_the_edit()
    {
        var image = await server.UploadAsync(25);
        var first = await WordAsync(image.Id, null);
        var second = await WordAsync(image.Id, new { edits = new[] { new { feature = Feature(first), op = "ablate" } } });
        Assert.NotEqual(first, second);
        Assert.Equal("dog", await WordAsync(image.Id, new { edits = new[] { new { feature = 0, op = "set", value = 900 } }, clamp = false }));

        static int Feature(string name) => Enumerable.Range(0, TinyBundle.Dimension).First(id => TinyBundle.NameOf(id) == name);
    }

    [Fact]
    public async Task A_picture_in_the_request_is_the_same_as_an_uploaded_one()
    {
        var file = TestPng.Noise(48, 40, 23);
        var image = await server.UploadAsync(23);
        using var uploaded = await server.PostAsync(Route, Ask.About(image.Id));
        using var carried = await server.PostAsync(Route, Ask.Url($"data:image/png;base64,{Convert.ToBase64String(file)}"));
        Assert.Equal(
            (await uploaded.JsonAsync()).GetProperty("choices").GetRawText(), (await carried.JsonAsync()).GetProperty("choices").GetRawText());
    }

    [Fact]
    public async Task A_deterministic_answer_is_the_same_alone_and_among_others()
    {
        var images = await Task.WhenAll(Enumerable.Range(0, 4).Select(number => server.UploadAsync((byte)(30 + number))));
        var alone = await TextAsync(Ask.About(images[0].Id, deterministic: true));
        var together = await Task.WhenAll(
            [.. images.Skip(1).Select(image => TextAsync(Ask.About(image.Id, deterministic: false))), TextAsync(Ask.About(images[0].Id, deterministic: true)), TextAsync(Ask.About(images[0].Id, deterministic: true))]);

        Assert.Equal([alone, alone], together[^2..]);
        Assert.All(together, text => Assert.NotEmpty(text));

        async Task<string> TextAsync(object body)
        {
            using var response = await server.PostAsync(Route, body);
            return (await response.JsonAsync()).GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString()!;
        }
    }

    [Fact]
    public async Task Asking_the_same_again_takes_the_prompt_from_the_cache()
    {
        var image = await server.UploadAsync(24);
        using var first = await server.PostAsync(Route, Ask.About(image.Id));
        using var second = await server.PostAsync(Route, Ask.About(image.Id));
        var usage = (await second.JsonAsync()).GetProperty("usage");
        Assert.True(usage.GetProperty("prompt_tokens_details").GetProperty("cached_tokens").GetInt32() > 0);
        Assert.Equal(
            (await first.JsonAsync()).GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), usage.GetProperty("prompt_tokens").GetInt32());
    }

    [Fact]
    public async Task Steering_is_reported_as_it_was_carried_out()
    {
        var image = await server.UploadAsync(25);
        using var response = await server.PostAsync(Route, Ask.About(image.Id, steering: new
        {
            edits = new object[] { new { feature = 5, op = "set", value = 9f }, new { feature = 1, op = "ablate" } },
        }));
        var applied = (await response.JsonAsync()).GetProperty("steering").GetProperty("applied").EnumerateArray().ToList();
        var set = Assert.Single(applied, edit => edit.GetProperty("feature").GetInt32() == 5);
        Assert.Equal(9f, set.GetProperty("requested").GetSingle());
        Assert.True(set.GetProperty("effective").GetSingle() < 9);
        Assert.NotEmpty(set.GetProperty("reason").GetString()!);
        var ablated = Assert.Single(applied, edit => edit.GetProperty("feature").GetInt32() == 1);
        Assert.Equal("ablate", ablated.GetProperty("op").GetString());
        Assert.Equal(0f, ablated.GetProperty("effective").GetSingle());
    }

    [Fact]
    public async Task The_model_is_listed()
    {
        using var response = await server.GetAsync("/v1/models");
        var listed = (await response.JsonAsync()).GetProperty("data")[0];
        Assert.Equal(TinyBundle.Name, listed.GetProperty("id").GetString());
        Assert.Equal(["text", "image"], listed.GetProperty("architecture").GetProperty("input_modalities").EnumerateArray().Select(kind => kind.GetString()));
        using var alone = await server.GetAsync($"/v1/models/{TinyBundle.Name}");
        Assert.Equal(listed.GetRawText(), (await alone.JsonAsync()).GetRawText());
        using var other = await server.GetAsync("/v1/models/gpt");
        await other.RefusedAsync(HttpStatusCode.NotFound, "model_not_found", "model");
    }

    [Fact]
    public async Task The_OpenAI_client_understands_the_server()
    {
        var client = new OpenAI.Chat.ChatClient(
            TinyBundle.Name,
            new System.ClientModel.ApiKeyCredential("none"),
            new OpenAI.OpenAIClientOptions { Endpoint = new Uri(server.Address, "/v1") });
        var message = OpenAI.Chat.ChatMessage.CreateUserMessage(
            OpenAI.Chat.ChatMessageContentPart.CreateTextPart("What is in this picture?"),
            OpenAI.Chat.ChatMessageContentPart.CreateImagePart(BinaryData.FromBytes(TestPng.Noise(30, 30, 9)), "image/png"));
        var options = new OpenAI.Chat.ChatCompletionOptions { MaxOutputTokenCount = 8, Temperature = 0 };
        var whole = await client.CompleteChatAsync([message], options, HttpAnswers.Stop);
        var text = "";
        await foreach (var update in client.CompleteChatStreamingAsync([message], options, HttpAnswers.Stop))
        {
            text += string.Concat(update.ContentUpdate.Select(part => part.Text));
        }

        Assert.Equal(whole.Value.Content[0].Text, text);
        Assert.True(whole.Value.Usage.InputTokenCount > 0);
    }

    [Fact]
    public async Task A_broken_body_is_refused_in_OpenAIs_shape()
    {
        using var content = new StringContent("{\"messages\": [", System.Text.Encoding.UTF8, "application/json");
        using var response = await server.Http.PostAsync(new Uri(Route, UriKind.Relative), content, HttpAnswers.Stop);
        await response.RefusedAsync(HttpStatusCode.BadRequest, "invalid_json");
    }

    private async Task<string> WordAsync(string image, object? steering)
    {
        using var response = await server.PostAsync(Route, Ask.About(image, steering: steering));
        return Assert.Single((await response.JsonAsync()).GetProperty("grounding").EnumerateArray()).GetProperty("word").GetString()!;
    }
}
