using Microsoft.Extensions.Time.Testing;
using SparseClip.Vlm.Contracts.Chat;
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
    public async Task A_second_question_carries_the_dialogue()
    {
        using var studio = await OpenAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        _chat.Answers.Enqueue([ScriptedChat.Delta("Brown."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        await studio.AskAsync("Which colour?");
        Assert.Equal(["user", "assistant", "user"], _chat.Asked[1].Messages.Select(turn => turn.Role));
        Assert.Equal("A dog.", _chat.Asked[1].Messages[1].Text);
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
