using Microsoft.Extensions.Time.Testing;
using SparseClip.Vlm.Contracts.Steering;
using SparseClip.Vlm.Web.Api;
using SparseClip.Vlm.Web.State;

namespace SparseClip.Vlm.Web.Tests.State;

/// <summary>What the page tells of edits before anything is asked.</summary>
public sealed class EffectsTests
{
    private static readonly SteeringDto s_withoutDog = new([new SteeringEditDto(Name: "dog", Op: "ablate")]);
    private static readonly SteeringDto s_withCat = new([new SteeringEditDto(Name: "cat", Op: "set", Value: 1)]);

    private readonly ScriptedServer _server = new();
    private readonly FakeTimeProvider _time = new();
    private readonly OpenPicture _picture = new("a", [1], ScriptedServer.Image);
    private readonly Effects _effects;

    public EffectsTests() => _effects = new Effects(_server, _time);

    [Fact]
    public async Task What_moved_is_told_once_the_sliders_rest()
    {
        _server.OnSteer = edits => Task.FromResult<IReadOnlyList<MovedConcept>>([new MovedConcept(edits.Edits[0].Name!, 0.9f, 0.1f)]);
        var first = _effects.FollowAsync(_picture, s_withCat);
        var second = _effects.FollowAsync(_picture, s_withoutDog);
        Assert.Empty(_effects.Moved);
        _time.Advance(Effects.Rest);

        Assert.False(await first);
        Assert.True(await second);
        Assert.Equal(new MovedConcept("dog", 0.9f, 0.1f), _effects.Of("dog"));
        Assert.Null(_effects.Of("cat"));
        Assert.False(await _effects.FollowAsync(_picture, s_withoutDog)); // where it stood
    }

    [Fact]
    public async Task Without_edits_nothing_is_told_and_another_picture_does_not_inherit_it()
    {
        _server.OnSteer = _ => Task.FromResult<IReadOnlyList<MovedConcept>>([new MovedConcept("dog", 0.9f, 0.1f)]);
        await RestedAsync(_effects.FollowAsync(_picture, s_withoutDog));
        Assert.True(await _effects.FollowAsync(_picture, null));
        Assert.Empty(_effects.Moved);

        await RestedAsync(_effects.FollowAsync(_picture, s_withoutDog));
        var other = _effects.FollowAsync(new OpenPicture("b", [2], ScriptedServer.Image), s_withoutDog);
        Assert.Empty(_effects.Moved);
        await RestedAsync(other);
    }

    [Fact]
    public async Task An_answer_that_comes_late_is_of_no_use()
    {
        var late = new TaskCompletionSource<IReadOnlyList<MovedConcept>>();
        _server.OnSteer = _ => late.Task;
        var first = _effects.FollowAsync(_picture, s_withoutDog);
        _time.Advance(Effects.Rest);
        Assert.False(await _effects.FollowAsync(_picture, null));
        late.SetResult([new MovedConcept("dog", 0.9f, 0.1f)]);

        Assert.False(await first);
        Assert.Empty(_effects.Moved);
    }

    [Fact]
    public async Task A_picture_that_the_server_lost_is_given_to_it_again()
    {
        var asked = 0;
        _server.OnSteer = _ => asked++ == 0 ? throw new ServerException("lost", OpenPicture.Lost) : Task.FromResult<IReadOnlyList<MovedConcept>>([new MovedConcept("dog", 0.9f, 0.1f)]);
        await RestedAsync(_effects.FollowAsync(_picture, s_withoutDog));
        Assert.Equal((2, 1, 1), (asked, _server.Uploads, _effects.Moved.Count));
    }

    [Fact]
    public async Task Why_the_server_refuses_is_told()
    {
        _server.OnSteer = _ => throw new ServerException("No feature is called 'dgo'.");
        var following = _effects.FollowAsync(_picture, s_withoutDog);
        _time.Advance(Effects.Rest);
        await Assert.ThrowsAsync<ServerException>(() => following);
    }

    private async Task RestedAsync(Task<bool> following)
    {
        _time.Advance(Effects.Rest);
        Assert.True(await following);
    }
}
