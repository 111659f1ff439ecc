using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Stopping;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Streams of OpenAI's Responses API: named and numbered events.</summary>
public sealed class ResponsesStreamTests(RunningServer server)
{
    private const string Route = "/v1/responses";

    [Fact]
    public async Task The_events_come_in_OpenAIs_order_and_end_with_the_whole_answer()
    {
        var image = await server.UploadAsync(122);
        using var whole = await server.PostAsync(Route, Body(image.Id, stream: false));
        var expected = await whole.JsonAsync();
        var text = expected.GetProperty("output")[0].GetProperty("content")[0];
        using var response = await server.PostAsync(Route, Body(image.Id, stream: true));
        Assert.Equal("text/event-stream", response.Content.Headers.ContentType!.MediaType);
        var events = await EventsAsync(response);

        Assert.Equal(Enumerable.Range(0, events.Count), events.Select(told => told.GetProperty("sequence_number").GetInt32()));
        var types = events.Select(told => told.GetProperty("type").GetString()!).ToList();
        Assert.Equal(["response.created", "response.in_progress", "response.output_item.added", "response.content_part.added", "response.output_text.delta"], types.Take(5));
        Assert.Equal(["response.output_text.delta", "response.output_text.done", "response.content_part.done", "response.output_item.done", $"response.{expected.GetProperty("status").GetString()}"], types.TakeLast(5));
        Assert.All(types.Skip(4).SkipLast(4), type => Assert.Equal("response.output_text.delta", type));

        var deltas = events.Where(told => told.GetProperty("type").GetString() == "response.output_text.delta").ToList();
        Assert.Equal(text.GetProperty("text").GetString(), string.Concat(deltas.Select(told => told.GetProperty("delta").GetString())));
        Assert.Equal(
            text.GetProperty("logprobs").EnumerateArray().Select(token => token.GetRawText()),
            deltas.SelectMany(told => told.GetProperty("logprobs").EnumerateArray()).Select(token => token.GetRawText()));
        Assert.Equal(text.GetRawText(), events[^3].GetProperty("part").GetRawText());

        var (begun, ended) = (events[0].GetProperty("response"), events[^1].GetProperty("response"));
        Assert.Equal(("in_progress", 0, JsonValueKind.Null), (begun.GetProperty("status").GetString(), begun.GetProperty("output").GetArrayLength(), begun.GetProperty("usage").ValueKind));
        Assert.Equal(begun.GetProperty("id").GetString(), ended.GetProperty("id").GetString());
        Assert.Equal(expected.GetProperty("status").GetString(), ended.GetProperty("status").GetString());
        Assert.Equal(events[^2].GetProperty("item").GetRawText(), ended.GetProperty("output")[0].GetRawText());
        Assert.True(ended.GetProperty("usage").GetProperty("output_tokens").GetInt32() > 0);
        Assert.True(ended.TryGetProperty("timings", out _) && ended.TryGetProperty("grounding", out _));
        Assert.All(
            events.Skip(3).SkipLast(2), told => Assert.Equal((ended.GetProperty("output")[0].GetProperty("id").GetString(), 0, 0), (told.GetProperty("item_id").GetString(), told.GetProperty("output_index").GetInt32(), told.GetProperty("content_index").GetInt32())));
    }

    [Fact]
    public async Task One_that_ends_by_itself_is_completed()
    {
        using var response = await server.PostAsync(Route, JsonElement.Parse("""
            {"input":"Is it so?","stream":true,"max_output_tokens":60,"text":{"format":{"type":"json_schema","name":"a","schema":{"type":"object","properties":{"a":{"const":1}},"required":["a"]}}}}
            """));
        var last = (await EventsAsync(response))[^1];
        Assert.Equal("response.completed", last.GetProperty("type").GetString());
        Assert.Equal("completed", last.GetProperty("response").GetProperty("status").GetString());
        Assert.Equal(JsonValueKind.Null, last.GetProperty("response").GetProperty("incomplete_details").ValueKind);
    }

    [Fact]
    public async Task What_is_refused_before_it_begins_keeps_its_status()
    {
        using var tooLong = await server.PostAsync(Route, new { stream = true, input = string.Concat(Enumerable.Repeat("many words and no end, ", 5_000)) });
        await tooLong.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded", "input");
        using var steered = await server.PostAsync(Route, new { stream = true, input = "Hello", steering = new { edits = new[] { new { feature = 1, op = "ablate" } } } });
        await steered.RefusedAsync(HttpStatusCode.UnprocessableEntity, "steering_without_image", "steering");
    }

    [Fact]
    public async Task What_goes_wrong_afterwards_is_a_last_event()
    {
        var gated = await GatedModel.LoadAsync(server.Bundle, new TaskCompletionSource().Task);
        var (app, address) = await RunningServer.ListenAsync((_, _, _) => Task.FromResult<IVisionLanguageModel>(gated), "--Server:DrainSeconds=0");
        await using (app)
        {
            await app.Services.GetRequiredService<ModelHost>().Settled;
            using var http = new HttpClient { BaseAddress = address };
            using var request = new HttpRequestMessage(HttpMethod.Post, Route) { Content = JsonContent.Create(new { stream = true, input = "Hello" }) };
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, HttpAnswers.Stop);
            Assert.Equal((HttpStatusCode.OK, 1), (response.StatusCode, app.Services.GetRequiredService<Answers>().Making));
            Assert.IsType<DrainingLifetime>(app.Services.GetRequiredService<IHostLifetime>()).Stop();
            var error = Assert.Single(await EventsAsync(response));
            Assert.Equal(("error", 0, "interrupted"), (error.GetProperty("type").GetString(), error.GetProperty("sequence_number").GetInt32(), error.GetProperty("code").GetString()));
            Assert.NotEmpty(error.GetProperty("message").GetString()!);
            Assert.Equal(JsonValueKind.Null, error.GetProperty("param").ValueKind);
            await app.WaitForShutdownAsync(HttpAnswers.Stop);
        }
    }

    private static object Body(string image, bool stream) => new
    {
        stream,
        max_output_tokens = 12,
        include = new[] { "message.output_text.logprobs" },
        input = new[] { new { role = "user", content = new object[] { new { type = "input_text", text = "What is it?" }, new { type = "input_image", image_url = $"image:{image}" } } } },
    };

    /// <summary>The events, each named after its type; comments are left out.</summary>
    private static async Task<List<JsonElement>> EventsAsync(HttpResponseMessage response)
    {
        var events = new List<JsonElement>();
        foreach (var block in (await response.Content.ReadAsStringAsync(HttpAnswers.Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Where(block => block != ": keep-alive"))
        {
            var lines = block.Split('\n');
            Assert.Equal(2, lines.Length);
            Assert.StartsWith("data: ", lines[1], StringComparison.Ordinal);
            var told = JsonElement.Parse(lines[1]["data: ".Length..]);
            Assert.Equal($"event: {told.GetProperty("type").GetString()}", lines[0]);
            events.Add(told);
        }

        return events;
    }
}
