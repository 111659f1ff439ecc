using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Chat;

/// <summary>Questions over the hub.</summary>
public sealed class HubTests(RunningServer server)
{
    private static readonly ChatTurn s_question = new("user", "What is in this picture?");

    [Fact]
    public async Task Stages_then_text_then_the_end()
    {
        var image = await server.UploadAsync(41);
        var events = await AskAsync(new AskRequest(image.Id, [s_question], MaxTokens: 10));
        Assert.Equal(["encode", "steer", "prefill", "decode"], events.Select(step => step.Stage).OfType<string>().Distinct());
        Assert.Contains(events, step => step.Type == ChatEvent.DeltaType);
        Assert.Equal(ChatEvent.DoneType, events[^1].Type);
        Assert.True(events[^1].Timings!.PredictedN > 0);
        Assert.Null(events[^1].Steering);
        Assert.All(events.Where(step => step.Progress is not null), step => Assert.InRange(step.Progress!.Value, 0, 1));
    }

    [Fact]
    public async Task The_words_that_the_model_read_come_with_the_end_unless_they_are_off()
    {
        var image = await server.UploadAsync(44);
        var grounded = (await AskAsync(new AskRequest(image.Id, [s_question], MaxTokens: 2)))[^1];
        var plain = (await AskAsync(new AskRequest(image.Id, [s_question], MaxTokens: 2, Grounding: "off")))[^1];
        var word = Assert.Single(grounded.Grounding!);
        Assert.Equal(("seen", null), (word.As, word.Side));
        Assert.InRange(word.Confidence, 0.01, 1);
        Assert.Null(plain.Grounding);
        Assert.True(
            grounded.Timings!.CacheN + grounded.Timings.PromptN > plain.Timings!.CacheN + plain.Timings.PromptN, $"{grounded.Timings} {plain.Timings}");
    }

    [Fact]
    public async Task Tokens_are_chosen_as_asked_for()
    {
        var asked = new AskRequest(null, [new ChatTurn("user", "Tell me a story.")], MaxTokens: 12);
        var drawn = asked with { Temperature = 1.5f, Seed = 5 };
        var greedy = TextOf(await AskAsync(asked));
        Assert.NotEqual(greedy, TextOf(await AskAsync(drawn)));
        foreach (var narrow in (AskRequest[])[drawn with { TopK = 1 }, drawn with { MinP = 1 }, drawn with { TopP = 1e-6f }])
        {
            Assert.Equal(greedy, TextOf(await AskAsync(narrow)));
        }

        static string TextOf(IEnumerable<ChatEvent> events) => string.Concat(events.Select(step => step.Text));
    }

    [Fact]
    public async Task Steering_comes_back_with_the_end()
    {
        var image = await server.UploadAsync(42);
        var steering = new SteeringDto([new SteeringEditDto(Name: "dog", Op: "ablate")]);
        var events = await AskAsync(new AskRequest(image.Id, [s_question], steering, MaxTokens: 4));
        Assert.Contains(events[^1].Steering!.Applied, edit => edit is { Name: "dog", Op: "ablate", Effective: 0 });
    }

    [Fact]
    public async Task A_refusal_is_an_event_and_the_connection_lives()
    {
        await using var hub = await server.ConnectAsync();
        var steering = new SteeringDto([new SteeringEditDto(Feature: 99_999, Op: "ablate")]);
        var image = await server.UploadAsync(43);
        var refused = await hub.AllAsync(new AskRequest(image.Id, [s_question], steering));
        Assert.Equal((ChatEvent.ErrorType, "unknown_feature"), (refused[^1].Type, refused[^1].Code));
        var unknown = await hub.AllAsync(new AskRequest("nothing", [s_question]));
        Assert.Equal("unknown_image", unknown[^1].Code);
        var fine = await hub.AllAsync(new AskRequest(image.Id, [s_question], MaxTokens: 2));
        Assert.Equal(ChatEvent.DoneType, fine[^1].Type);
    }

    [Fact]
    public async Task Leaving_the_stream_stops_the_answer()
    {
        await using var hub = await server.ConnectAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(HttpAnswers.Stop);
        var pieces = 0;
        var request = new AskRequest(null, [new ChatTurn("user", "Count to one thousand.")], MaxTokens: 512);
        try
        {
            await foreach (var step in hub.StreamAsync<ChatEvent>("Ask", request, stop.Token))
            {
                if (step.Type == ChatEvent.DeltaType && ++pieces == 2)
                {
                    await stop.CancelAsync();
                }
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            // Whether the client throws or just ends depends on what reaches it first.
        }

        Assert.InRange(pieces, 2, 200);
        var next = await hub.AllAsync(new AskRequest(null, [new ChatTurn("user", "Hello")], MaxTokens: 2));
        Assert.Equal(ChatEvent.DoneType, next[^1].Type);
    }

    private async Task<List<ChatEvent>> AskAsync(AskRequest request)
    {
        await using var hub = await server.ConnectAsync();
        return await hub.AllAsync(request);
    }
}
