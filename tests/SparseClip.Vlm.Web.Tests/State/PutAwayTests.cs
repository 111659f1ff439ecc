using Microsoft.Extensions.Time.Testing;
using SparseClip.Vlm.Contracts.Features;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>Nothing that a person made is lost: what is replaced can be brought back.</summary>
public sealed class PutAwayTests
{
    private readonly ScriptedServer _server = new();
    private readonly ScriptedChat _chat = new();

    private async Task<Studio> AskedAsync()
    {
        var studio = new Studio(_server, _chat, new Connection(_server, _chat, new FakeTimeProvider()), new FakeTimeProvider());
        _ = studio.Connection.WatchAsync(TestContext.Current.CancellationToken);
        await studio.OpenAsync("a", () => Task.FromResult(new byte[1]));
        _chat.Answers.Enqueue([ScriptedChat.Delta("A dog."), ScriptedChat.Done]);
        await studio.AskAsync("What?");
        studio.Desk.Rows[0].MoveTo(0.5f);
        studio.Desk.Add("cat", new FeatureSummary(7, "cat", 0.1f, 1.5f, 1));
        return studio;
    }

    [Fact]
    public async Task Undo_brings_the_picture_the_conversation_and_the_steering_back()
    {
        using var studio = await AskedAsync();
        var (picture, edits) = (studio.Picture, studio.Desk.Edits!.Edits);
        await studio.OpenAsync("b", () => Task.FromResult(new byte[1]));
        Assert.Equal("“a”, 1 question, 2 edits", studio.PutAway.Newest!.Summary);
        studio.Undo();
        Assert.Equal(("A dog.", picture), (studio.Turns[0].Latest.Text, studio.Picture));
        Assert.Equal(edits, studio.Desk.Edits!.Edits);
        Assert.Null(studio.PutAway.Newest);
    }

    [Fact]
    public async Task Sliders_moved_in_the_new_conversation_leave_the_old_one_as_it_was()
    {
        using var studio = await AskedAsync();
        var edits = studio.Desk.Edits!.Edits;
        studio.StartOver();
        Assert.Empty(studio.Turns);
        Assert.Equal(edits, studio.Desk.Edits!.Edits);
        studio.Desk.Reset();
        studio.Undo();
        Assert.Equal(edits, studio.Desk.Edits!.Edits);
        Assert.Single(studio.Turns);
    }

    [Fact]
    public async Task What_was_asked_meanwhile_is_put_away_in_its_place()
    {
        using var studio = await AskedAsync();
        studio.StartOver();
        _chat.Answers.Enqueue([ScriptedChat.Delta("Brown."), ScriptedChat.Done]);
        await studio.AskAsync("Which colour?");
        studio.Undo();
        Assert.Equal("What?", studio.Turns[0].Question);
        studio.Undo();
        Assert.Equal("Which colour?", studio.Turns[0].Question);
    }

    [Fact]
    public async Task What_nobody_worked_on_is_not_offered()
    {
        using var studio = await AskedAsync();
        studio.StartOver();
        studio.PutAway.Clear();
        studio.Desk.Reset();
        await studio.OpenAsync("b", () => Task.FromResult(new byte[1]));
        Assert.Null(studio.PutAway.Newest);
    }

    [Fact]
    public async Task An_answer_in_the_making_is_stopped_and_comes_back_as_far_as_it_was()
    {
        using var studio = await AskedAsync();
        _chat.Answers.Enqueue([ScriptedChat.Delta("It is"), null]);
        var asking = studio.AskAsync("And?");
        studio.StartOver();
        Assert.False(studio.IsAnswering);
        await asking;
        studio.Undo();
        Assert.Equal((AnswerStatus.Stopped, "It is"), (studio.Turns[1].Latest.Status, studio.Turns[1].Latest.Text));
    }

    [Fact]
    public void The_oldest_go_first()
    {
        var away = new PutAway();
        for (var i = 0; i < 7; i++)
        {
            var scene = new Scene(null, new SteeringDesk());
            scene.Turns.Add(new Turn($"{i}?"));
            away.Add(scene);
        }

        var found = new List<string>();
        while (away.Newest is not null)
        {
            found.Add(away.Exchange(new Scene(null, new SteeringDesk())).Turns[0].Question);
        }

        Assert.Equal(["6?", "5?", "4?", "3?", "2?"], found);
    }
}
