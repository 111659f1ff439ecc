using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.OpenAi;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Several answers to one request.</summary>
public sealed class ChoicesTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";

    [Fact]
    public async Task Answers_differ_and_come_again_by_the_seed_and_the_first_is_that_of_one()
    {
        using var first = await server.PostAsync(Route, Body(3));
        using var second = await server.PostAsync(Route, Body(3));
        using var one = await server.PostAsync(Route, Body(1));
        var answer = await first.JsonAsync();
        var texts = Texts(answer);
        Assert.Equal(texts, Texts(await second.JsonAsync()));
        Assert.Equal(3, texts.Distinct().Count());
        Assert.Equal(Texts(await one.JsonAsync()), texts.Take(1));
        Assert.Equal([0, 1, 2], answer.GetProperty("choices").EnumerateArray().Select(choice => choice.GetProperty("index").GetInt32()));
        Assert.Equal(5u, answer.GetProperty("seed").GetUInt32());
    }

    [Fact]
    public async Task A_stream_gives_the_same_by_their_indices_and_counts_all_tokens()
    {
        using var whole = await server.PostAsync(Route, Body(3));
        using var response = await server.PostAsync(Route, Body(3, stream: true));
        var chunks = await response.ChunksAsync();
        var choices = chunks.SelectMany(chunk => chunk.GetProperty("choices").EnumerateArray()).ToLookup(choice => choice.GetProperty("index").GetInt32());
        var answer = await whole.JsonAsync();
        Assert.Equal(Texts(answer), Enumerable.Range(0, 3).Select(choice => string.Concat(choices[choice].Select(piece => Text(piece.GetProperty("delta"))))));
        Assert.All(choices, choice => Assert.Single(choice, piece => piece.GetProperty("finish_reason").ValueKind == JsonValueKind.String));
        Assert.All(choices, choice => Assert.Single(choice, piece => piece.GetProperty("delta").TryGetProperty("role", out _)));
        Assert.Single(chunks, chunk => chunk.TryGetProperty("usage", out _));
        foreach (var usage in (JsonElement[])[answer.GetProperty("usage"), chunks[^1].GetProperty("usage")])
        {
            Assert.Equal(answer.GetProperty("timings").GetProperty("predicted_n").GetInt32(), usage.GetProperty("completion_tokens").GetInt32());
            Assert.True(usage.GetProperty("completion_tokens").GetInt32() > 12);
        }
    }

    [Fact]
    public async Task Answers_about_a_picture_share_it()
    {
        var image = await server.UploadAsync(71);
        var body = new
        {
            n = 2,
            temperature = 1,
            seed = 1,
            max_tokens = 8,
            messages = new[] { new { role = "user", content = new object[] { new { type = "text", text = "What is this?" }, new { type = "image_url", image_url = new { url = $"image:{image.Id}" } } } } },
            steering = new { edits = new[] { new { feature = 1, op = "ablate" } } },
        };
        using var response = await server.PostAsync(Route, body);
        var answer = await response.JsonAsync();
        Assert.Equal(2, Texts(answer).Count);
        Assert.NotEmpty(answer.GetProperty("steering").GetProperty("applied").EnumerateArray());
    }

    [Fact]
    public async Task Each_answer_takes_a_place()
    {
        var open = new TaskCompletionSource();
        var gated = await GatedModel.LoadAsync(server.Bundle, open.Task);
        var (app, address) = await RunningServer.ListenAsync((_, _, _) => Task.FromResult<IVisionLanguageModel>(gated), "--Server:MaxAnswers=3");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var two = http.PostAsJsonAsync(Route, Body(2), HttpAnswers.Stop);
            await gated.Waiting.WaitAsync(HttpAnswers.Stop);
            using var tooMany = await http.PostAsJsonAsync(Route, Body(2), HttpAnswers.Stop);
            await tooMany.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            using var never = await http.PostAsJsonAsync(Route, Body(4), HttpAnswers.Stop);
            Assert.Contains("1 to 3", await never.RefusedAsync(HttpStatusCode.BadRequest, "invalid_value", "n"), StringComparison.Ordinal);
            open.SetResult();
            using var answer = await two;
            Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
            using var next = await http.PostAsJsonAsync(Route, Body(3), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, next.StatusCode);
        }
    }

    [Fact]
    public async Task One_that_fails_ends_all_with_its_reason()
    {
        var started = 0;
        Func<CancellationToken, IAsyncEnumerable<AnswerEvent>>[] answers = [Endless, Failing, Endless];
        var error = await Assert.ThrowsAsync<ContextLengthException>(async () =>
        {
            await foreach (var _ in ChoiceSteps.MergeAsync(answers, RequestPlaces.Completion, HttpAnswers.Stop))
            {
            }
        });
        Assert.Equal((2, 0), (error.Required, Volatile.Read(ref started)));

        async IAsyncEnumerable<AnswerEvent> Endless([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            Interlocked.Increment(ref started);
            try
            {
                yield return new AnswerDelta("a");
                await Task.Delay(Timeout.Infinite, stop);
            }
            finally
            {
                Interlocked.Decrement(ref started);
            }
        }

        static async IAsyncEnumerable<AnswerEvent> Failing([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stop)
        {
            yield return new AnswerDelta("b");
            await Task.Yield();
            throw new ContextLengthException(2, 1);
        }
    }

    [Fact]
    public void Seeds_are_apart_and_within_their_range()
    {
        var seeds = Enumerable.Range(0, SamplingReader.MostChoices)
            .SelectMany(choice => (uint[])[.. Enumerable.Range(0, 100).Select(seed => SamplingReader.OfChoice(new SamplingOptions(Seed: (uint)seed), choice).Seed)]).ToList();
        Assert.Equal(seeds.Count, seeds.Distinct().Count());
        Assert.All(seeds, seed => Assert.InRange(seed, 0u, SamplingReader.MaxSeed));
    }

    private static object Body(int n, bool stream = false) => new
    {
        messages = new[] { new { role = "user", content = "Tell me a story." } },
        max_tokens = 12,
        temperature = 1.5,
        seed = 5,
        n,
        stream,
        stream_options = stream ? new { include_usage = true } : null,
    };

    private static List<string> Texts(JsonElement answer) => [.. answer.GetProperty("choices").EnumerateArray().Select(choice => Text(choice.GetProperty("message")))];

    private static string Text(JsonElement message) => message.TryGetProperty("content", out var content) ? content.GetString()! : "";
}
