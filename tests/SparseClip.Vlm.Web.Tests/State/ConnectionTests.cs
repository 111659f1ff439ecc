using Microsoft.Extensions.Time.Testing;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>A server that goes away and comes back, with or without the picture.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly ScriptedServer _server = new();
    private readonly ScriptedChat _chat = new();
    private readonly FakeTimeProvider _time = new();
    private readonly Studio _studio;

    public ConnectionTests()
    {
        _studio = new Studio(_server, _chat, new Connection(_server, _chat, _time), _time);
        _ = _studio.Connection.WatchAsync(TestContext.Current.CancellationToken);
    }

    public void Dispose() => _studio.Dispose();

    private async Task GoAwayAsync()
    {
        _server.Health = null;
        _chat.Lose();
        await UntilAsync(() => _studio.Connection.IsAway);
    }

    private async Task ComeBackAsync()
    {
        _server.Health = new HealthResponse("ready", null, "test");
        await UntilAsync(() => _studio.Connection.IsReady);
    }

    // The clock moves until what is waited for has happened: which pauses there are is the connection's own business.
    private async Task UntilAsync(Func<bool> condition)
    {
        while (!condition())
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
    }

    [Fact]
    public async Task A_lost_server_is_told_in_words_and_found_again()
    {
        await GoAwayAsync();
        Assert.Equal(ServerException.NoAnswer, _studio.Connection.Health.Reason);
        await ComeBackAsync();
        await GoAwayAsync();
        await ComeBackAsync();
    }

    [Fact]
    public async Task A_server_that_asks_for_a_key_is_asked_again_when_one_is_given_and_not_before()
    {
        (_chat.IsLocked, _server.Health) = (true, null);
        _chat.Lose();
        await UntilAsync(() => _studio.Connection.IsAway);
        _server.Health = new HealthResponse("ready", null, "test");
        await UntilAsync(() => _studio.Connection.IsLocked);
        Assert.Equal("A key, please.", _studio.Connection.Health.Reason);
        var connects = _chat.Connects;
        _time.Advance(TimeSpan.FromMinutes(1));
        await Task.Yield();
        Assert.Equal(connects, _chat.Connects);

        _chat.IsLocked = false;
        _studio.Connection.GiveKey();
        await UntilAsync(() => _studio.Connection.IsReady);
    }

    [Fact]
    public async Task A_key_that_is_revoked_meanwhile_is_asked_for_again()
    {
        await UntilAsync(() => _studio.Connection.IsReady);
        _chat.Answers.Enqueue([new ChatEvent { Type = ChatEvent.ErrorType, Code = ServerException.KeyNeeded, Message = "It is revoked." }]);
        await _studio.AskAsync("What?");
        await UntilAsync(() => _studio.Connection.IsLocked);
        Assert.Equal("It is revoked.", _studio.Connection.Health.Reason);
    }

    [Fact]
    public async Task A_question_asked_meanwhile_is_asked_when_the_server_is_back()
    {
        await GoAwayAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        var asking = _studio.AskAsync("What?");
        Assert.Equal((Answer.WaitingStage, 0), (_studio.Turns[0].Latest.Stage, _chat.Asked.Count));
        await ComeBackAsync();
        await asking;
        Assert.Equal("A dog.", _studio.Turns[0].Latest.Text);
    }

    [Fact]
    public async Task A_question_that_waits_can_be_stopped()
    {
        await GoAwayAsync();
        var asking = _studio.AskAsync("What?");
        _studio.Stop();
        await asking;
        Assert.Equal(AnswerStatus.Stopped, _studio.Turns[0].Latest.Status);
    }

    [Fact]
    public async Task A_picture_chosen_meanwhile_is_looked_at_when_the_server_is_back()
    {
        await GoAwayAsync();
        var opening = _studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        Assert.True(_studio.IsLooking);
        await ComeBackAsync();
        await opening;
        Assert.Equal("a", _studio.Picture!.Title);
    }

    [Fact]
    public async Task A_model_that_could_not_be_loaded_refuses_in_words()
    {
        await GoAwayAsync();
        _server.Health = new HealthResponse("failed", "The bundle is incomplete.", null);
        var asking = _studio.AskAsync("What?");
        await UntilAsync(() => _studio.Connection.Health.Status == "failed");
        await asking;
        Assert.Equal("The model could not be loaded: The bundle is incomplete.", _studio.Turns[0].Latest.Error);
    }

    [Fact]
    public async Task A_picture_that_the_server_lost_is_given_to_it_again()
    {
        await _studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        _chat.Answers.Enqueue([ScriptedChat.Lost]);
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        await _studio.AskAsync("What?");
        Assert.Equal((2, "A dog.", AnswerStatus.Done), (_server.Uploads, _studio.Turns[0].Latest.Text, _studio.Turns[0].Latest.Status));
    }

    [Fact]
    public async Task It_is_given_again_once_and_then_the_refusal_is_shown()
    {
        await _studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        _chat.Answers.Enqueue([ScriptedChat.Lost]);
        _chat.Answers.Enqueue([ScriptedChat.Lost]);
        await _studio.AskAsync("What?");
        Assert.Equal((2, ScriptedChat.Lost.Message), (_server.Uploads, _studio.Turns[0].Latest.Error));
    }

    [Fact]
    public async Task A_stream_that_ends_too_early_is_told()
    {
        _chat.Answers.Enqueue([ScriptedChat.Delta("A")]);
        await _studio.AskAsync("What?");
        Assert.Equal((AnswerStatus.Failed, "A", ServerException.Broke), (_studio.Turns[0].Latest.Status, _studio.Turns[0].Latest.Text, _studio.Turns[0].Latest.Error));
    }
}
