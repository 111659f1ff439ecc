using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>A stream begins before its first token, a refusal keeps its status, and what costs much waits for a place.</summary>
public sealed class StreamTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";

    [Fact]
    public async Task The_status_and_a_comment_come_before_the_first_token()
    {
        var text = string.Join(' ', Enumerable.Range(0, 330).Select(number => $"{number} birds"));
        using var response = await StreamAsync(server.Http, Message(text));
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(HttpAnswers.Stop));
        Assert.Equal(": keep-alive", await reader.ReadLineAsync(HttpAnswers.Stop));
        Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync(HttpAnswers.Stop), StringComparison.Ordinal);
    }

    [Fact]
    public async Task So_they_do_while_the_model_has_not_even_begun()
    {
        var open = new TaskCompletionSource();
        var gated = await GatedModel.LoadAsync(server.Bundle, open.Task);
        var (app, address) = await RunningServer.ListenAsync((_, _, _) => Task.FromResult<Core.Pipeline.IVisionLanguageModel>(gated));
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var response = await StreamAsync(http, Message("Hello"));
            Assert.False(open.Task.IsCompleted);
            using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(HttpAnswers.Stop));
            Assert.Equal(": keep-alive", await reader.ReadLineAsync(HttpAnswers.Stop));
            open.SetResult();
            Assert.EndsWith("data: [DONE]\n\n", await reader.ReadToEndAsync(HttpAnswers.Stop), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_refusal_keeps_its_status()
    {
        using var tooLong = await StreamAsync(server.Http, Message(string.Concat(Enumerable.Repeat("many words and no end, ", 5_000))));
        await tooLong.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded", "messages");
        using var steered = await StreamAsync(server.Http, new
        {
            stream = true,
            messages = new[] { new { role = "user", content = "Hello" } },
            steering = new { edits = new[] { new { feature = 1, op = "ablate" } } },
        });
        await steered.RefusedAsync(HttpStatusCode.UnprocessableEntity, "steering_without_image");
    }

    [Fact]
    public async Task No_picture_is_decoded_without_a_place()
    {
        var open = new TaskCompletionSource();
        var gated = await GatedModel.LoadAsync(server.Bundle, open.Task);
        var (app, address) = await RunningServer.ListenAsync(
            (_, _, _) => Task.FromResult<Core.Pipeline.IVisionLanguageModel>(gated), "--Server:MaxAnswers=1");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var first = http.PostAsJsonAsync(Route, Ask.Url($"data:image/png;base64,{Convert.ToBase64String(TestPng.Noise(30, 30, 61))}"), HttpAnswers.Stop);
            await gated.Waiting.WaitAsync(HttpAnswers.Stop);

            // Decoded, this would be refused for what it holds; there is no place to decode it in.
            using var second = await http.PostAsJsonAsync(Route, Ask.Url("data:image/png;base64,@@@"), HttpAnswers.Stop);
            await second.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            open.SetResult();
            using var answer = await first;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);

            // The place is free again, also after a refusal.
            using var bad = await http.PostAsJsonAsync(Route, Ask.Url("data:image/png;base64,@@@"), HttpAnswers.Stop);
            await bad.RefusedAsync(HttpStatusCode.BadRequest, "invalid_image_url");
            using var next = await http.PostAsJsonAsync(Route, Ask.Text("Hello"), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        }
    }

    private static object Message(string text) => new { stream = true, max_tokens = 3, messages = new[] { new { role = "user", content = text } } };

    private static async Task<HttpResponseMessage> StreamAsync(HttpClient http, object body)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = JsonContent.Create(body) };
        return await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, HttpAnswers.Stop);
    }
}
