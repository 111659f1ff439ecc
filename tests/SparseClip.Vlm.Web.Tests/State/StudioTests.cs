using Microsoft.Extensions.Time.Testing;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Conversations;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>What a person does, and what the page makes of it.</summary>
public sealed class StudioTests
{
    private readonly ScriptedServer _server = new();
    private readonly ScriptedChat _chat = new();
    private readonly FakeTimeProvider _time = new();

    private async Task<Studio> OpenAsync()
    {
        var studio = new Studio(_server, _chat, new Connection(_server, _chat, _time), _time);
        _ = studio.Connection.WatchAsync(TestContext.Current.CancellationToken);
        await studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        return studio;
    }

    [Fact]
    public async Task A_question_goes_out_with_the_picture_and_the_edits()
    {
        using var studio = await OpenAsync();
        studio.Desk.Rows[0].Remove();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A "), ScriptedChat.Delta("cat."), ScriptedChat.Done]);
        await studio.AskAsync(" What is it? ");
        Assert.Equal((ScriptedServer.Image.Id, "What is it?"), (_chat.Asked[0].Image, _chat.Asked[0].Messages[0].Text));
        Assert.Equal("ablate", _chat.Asked[0].Steering!.Edits[0].Op);
        Assert.Equal((AnswerStatus.Done, "A cat.", 100d), (studio.Turns[0].Latest.Status, studio.Turns[0].Latest.Text, studio.Turns[0].Latest.Speed));
    }

    [Fact]
    public async Task Asking_again_keeps_the_first_answer_to_compare_with()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Delta("A cat."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        Assert.False(studio.HasNewEdits);
        studio.Desk.Rows[0].MoveTo(0);
        Assert.True(studio.HasNewEdits);
        await studio.AskAgainAsync();
        Assert.False(studio.HasNewEdits);
        var turn = Assert.Single(studio.Turns);
        Assert.Equal(("A dog.", "A cat."), (turn.Previous!.Text, turn.Latest.Text));
        Assert.Single(_chat.Asked[1].Messages);
    }

    [Fact]
    public async Task A_heat_map_that_comes_after_the_pointer_left_is_not_shown()
    {
        using var studio = await OpenAsync();
        var arrival = new TaskCompletionSource();
        _server.BeforeHeatmap = arrival.Task;
        var pointing = studio.ShowHeatmapAsync(HeatTarget.Of(1));
        await studio.ShowHeatmapAsync(null);
        arrival.SetResult();
        await pointing;
        Assert.Null(studio.Heatmap);
        await studio.ShowHeatmapAsync(HeatTarget.Of(1));
        Assert.Equal(HeatTarget.Of(1), studio.Heatmap!.Target);
    }

    [Fact]
    public async Task A_row_that_is_gone_takes_its_heat_map_with_it_and_no_other()
    {
        using var studio = await OpenAsync();
        await studio.ShowHeatmapAsync(HeatTarget.Of(2));
        await studio.HideHeatmapAsync(HeatTarget.Of(1));
        Assert.Equal(HeatTarget.Of(2), studio.Heatmap!.Target);
        await studio.HideHeatmapAsync(HeatTarget.Of(2));
        Assert.Null(studio.Heatmap);
    }

    [Fact]
    public async Task A_second_question_carries_the_dialogue_where_nothing_is_kept_and_that_is_told()
    {
        _server.Kept = null;
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Delta("Brown."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        await studio.AskAsync("Which colour?");
        Assert.Equal(["user", "assistant", "user"], _chat.Asked[1].Messages.Select(turn => turn.Role));
        Assert.Equal("A dog.", _chat.Asked[1].Messages[1].Text);
        Assert.Null(studio.Conversation);
        Assert.Equal("This conversation is not kept. Nothing can be kept.", studio.Notice);
    }

    [Fact]
    public async Task A_kept_conversation_grows_by_what_is_new()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Kept("q1", "a1"), ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Kept(null, "a2"), ScriptedChat.Delta("A cat."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Kept("q2", "a3"), ScriptedChat.Delta("Br"), null]);
        _chat.Answers.Enqueue([ScriptedChat.Kept(null, "a3"), ScriptedChat.Delta("own."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        studio.Desk.Rows[0].MoveTo(0);
        await studio.AskAgainAsync();
        var asking = studio.AskAsync("Which colour?");
        studio.Stop();
        await asking;
        await studio.GoOnAsync();

        Assert.Equal("a: What?", _server.Kept![studio.Conversation!].Title);
        Assert.All(_chat.Asked, request => Assert.Equal(studio.Conversation, request.Conversation));
        Assert.Equal([(1, null, null), (0, "q1", null), (1, "a2", null), (0, null, "a3")], _chat.Asked.Select(request => (request.Messages.Count, request.Parent, request.Continue)));
        Assert.Equal([ScriptedServer.Image.Id, null, null, null], _chat.Asked.Select(request => request.Image));
        Assert.Equal(("Brown.", AnswerStatus.Done), (studio.Turns[1].Latest.Text, studio.Turns[1].Latest.Status));
    }

    [Fact]
    public async Task A_kept_conversation_is_shown_with_its_picture_its_branch_and_all_answers_to_each_question()
    {
        using var studio = await OpenAsync();
        var steered = new AskRequest(null, [], new([new(1, null, "ablate")]));
        var done = new AnswerOutcome("test", new string('b', 64), ScriptedChat.Done);
        _server.Kept!["c9"] = new("c9", "A dog: What?", default, default, "a2",
        [
            new("q1", null, "user", "What?", ScriptedServer.Image.Id, "whole", default, null, null, null),
            new("a1", "q1", "assistant", "A dog.", null, "whole", default, null, new(null, []), done),
            new("a0", "q1", "assistant", "A wolf.", null, "whole", default, null, steered, done),
            new("q2", "a1", "user", "Sure?", null, "whole", default, null, null, null),
            new("a2", "q2", "assistant", "Ye", null, "interrupted", default, null, steered, null),
            new("q3", "a0", "user", "Elsewhere", null, "whole", default, null, null, null),
        ]);
        await studio.OpenKeptAsync("c9");

        Assert.Equal(("c9", "A dog"), (studio.Conversation, studio.Picture!.Title));
        Assert.Equal([["A wolf.", "A dog."], ["Ye"]], studio.Turns.Select(turn => turn.Answers.Select(answer => answer.Text)));
        Assert.Equal("ablate", studio.Turns[0].Answers[0].Steering!.Edits[0].Op);
        Assert.True(studio.Turns[1].Latest.IsBroken);

        await studio.SearchKeptAsync("dog");
        Assert.Equal("c9", Assert.Single(studio.History.Found!).Id);
        await studio.DeleteKeptAsync("c9");
        Assert.Empty(studio.History.Found!);
        Assert.Equal((null, 0), (studio.Conversation, studio.Turns.Count));
        await studio.OpenKeptAsync("c9");
        Assert.Equal("There is no such conversation.", studio.Notice);
    }

    [Fact]
    public async Task Stop_keeps_what_was_said()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog"), null]);
        var asking = studio.AskAsync("What?");
        Assert.True(studio.IsAnswering);
        studio.Stop();
        await asking;
        Assert.False(studio.IsAnswering);
        Assert.Equal((AnswerStatus.Stopped, "A dog"), (studio.Turns[0].Latest.Status, studio.Turns[0].Latest.Text));
    }

    [Fact]
    public async Task An_error_of_the_server_is_shown_in_place_of_the_answer()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([new ChatEvent { Type = ChatEvent.ErrorType, Message = "Too long.", Code = "context_length_exceeded" }]);
        await studio.AskAsync("What?");
        Assert.Equal(("Too long.", "context_length_exceeded"), (studio.Turns[0].Latest.Error, studio.Turns[0].Latest.ErrorCode));
    }

    [Fact]
    public async Task A_refused_picture_leaves_the_old_one_and_a_notice()
    {
        using var studio = await OpenAsync();
        _server.OnUpload = _ => throw new ServerException("This is no picture.");
        await studio.OpenAsync("b", () => Task.FromResult(new byte[1]));
        Assert.Equal(("This is no picture.", ScriptedServer.Image.Id), (studio.Notice, studio.Picture!.Seen.Id));
        Assert.False(studio.IsLooking);
    }

    [Fact]
    public async Task Another_picture_starts_anew()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        studio.Desk.Rows[0].Remove();
        await studio.OpenAsync("b", () => Task.FromResult(new byte[1]));
        Assert.Empty(studio.Turns);
        Assert.Null(studio.Desk.Edits);
    }
}
