using System.Net;
using System.Text.Json;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>Dialogues that are too long for the context.</summary>
public sealed class TruncationTests(RunningServer server)
{
    private const string Route = "/v1/chat/completions";
    private static readonly string Long = string.Join(' ', Enumerable.Repeat("many words and no end of them", 60));

    [Fact]
    public async Task They_are_refused_unless_the_oldest_messages_may_go()
    {
        foreach (var truncate in (string?[])[null, "refuse"])
        {
            using var refused = await server.PostAsync(Route, Body(12, truncate));
            await refused.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded", "messages");
        }

        using var response = await server.PostAsync(Route, Body(12, "oldest"));
        var answer = await response.JsonAsync();
        var leftOut = answer.GetProperty("left_out").GetInt32();
        Assert.InRange(leftOut, 2, 22);
        Assert.True(leftOut % 2 == 0, "What stays begins with the user.");
        var limit = await ContextAsync();
        Assert.InRange(answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32(), limit / 2, limit - 3);

        // As few as it takes: one question more does not fit.
        using var kept = await server.PostAsync($"{Route}/input_tokens", Body(12, null, skip: leftOut));
        using var more = await server.PostAsync($"{Route}/input_tokens", Body(12, null, skip: leftOut - 2));
        Assert.True((await kept.JsonAsync()).GetProperty("input_tokens").GetInt32() + 3 <= limit);
        Assert.True((await more.JsonAsync()).GetProperty("input_tokens").GetInt32() + 3 > limit);
    }

    [Fact]
    public async Task The_answer_is_that_of_what_stays()
    {
        using var shortened = await server.PostAsync(Route, Body(12, "oldest"));
        var answer = await shortened.JsonAsync();
        using var same = await server.PostAsync(Route, Body(12, null, skip: answer.GetProperty("left_out").GetInt32()));
        Assert.Equal(Text(answer), Text(await same.JsonAsync()));
        using var fitting = await server.PostAsync(Route, Body(1, "oldest"));
        Assert.False((await fitting.JsonAsync()).TryGetProperty("left_out", out _));
    }

    [Fact]
    public async Task A_single_question_that_is_too_long_is_refused_all_the_same()
    {
        var body = new { truncate = "oldest", messages = new[] { new { role = "user", content = string.Concat(Enumerable.Repeat(Long, 20)) } } };
        using var response = await server.PostAsync(Route, body);
        await response.RefusedAsync(HttpStatusCode.BadRequest, "context_length_exceeded", "messages");
    }

    [Theory]
    [InlineData("middle", "invalid_value")]
    [InlineData(5, "invalid_type")]
    public async Task Another_policy_is_refused(object truncate, string code)
    {
        using var response = await server.PostAsync(Route, new { truncate, messages = new[] { new { role = "user", content = "Hi" } } });
        await response.RefusedAsync(HttpStatusCode.BadRequest, code, "truncate");
    }

    [Fact]
    public async Task So_it_is_on_the_hub()
    {
        List<ChatTurn> turns = [.. Enumerable.Range(0, 12).SelectMany(_ => (ChatTurn[])[new("user", Long), new("assistant", "Yes.")]), new("user", "And now?")];
        await using var hub = await server.ConnectAsync();
        var refused = await hub.AllAsync(new AskRequest(null, turns, MaxTokens: 3));
        Assert.Equal("context_length_exceeded", refused[^1].Code);
        var answered = await hub.AllAsync(new AskRequest(null, turns, MaxTokens: 3) { Truncate = "oldest" });
        Assert.Equal(ChatEvent.DoneType, answered[^1].Type);
        Assert.True(answered[^1].LeftOut > 0);
    }

    private static object Body(int rounds, string? truncate, int skip = 0) => new
    {
        max_tokens = 3,
        truncate,
        messages = (object[])
        [
            new { role = "system", content = "Be brief." },
            .. Enumerable.Range(0, rounds).SelectMany(_ => (object[])[new { role = "user", content = Long }, new { role = "assistant", content = "Yes." }]).Skip(skip),
            new { role = "user", content = "And now?" },
        ],
    };

    private static string? Text(JsonElement answer) => answer.GetProperty("choices")[0].GetProperty("message").GetProperty("content").GetString();

    private async Task<int> ContextAsync()
    {
        using var response = await server.GetAsync("/v1/capabilities");
        return (await response.JsonAsync()).GetProperty("context_length").GetInt32();
    }
}
