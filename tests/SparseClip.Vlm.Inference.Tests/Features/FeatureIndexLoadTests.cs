using SparseClip.Vlm.Core.Features;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Core.Steering;
using SparseClip.Vlm.Inference.Features;

namespace SparseClip.Vlm.Inference.Tests.Features;

/// <summary>Many ask for words at once, and the text tower takes its time.</summary>
public sealed class FeatureIndexLoadTests : IDisposable
{
    private readonly HeldEncoder _text = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _text.Dispose();

    [Fact]
    public async Task The_text_tower_works_off_the_callers_thread()
    {
        await using var index = Index(mostWaiting: 0);
        var search = index.SearchAsync("puppy", 5, Token);
        await _text.EnteredAsync();
        Assert.False(search.IsCompleted);
        _text.Open();
        Assert.NotEmpty(await search);
    }

    [Fact]
    public async Task One_request_too_many_is_told_when_to_come_back()
    {
        await using var index = Index(mostWaiting: 1);
        var first = index.SearchAsync("puppy", 5, Token);
        await _text.EnteredAsync();
        var second = index.SearchAsync("kitten", 5, Token);
        var error = await Assert.ThrowsAsync<ModelBusyException>(() => index.ResolveAsync(
            [new SteeringRequest(null, "lapdog", SteeringOperation.Ablate, null)], true, null, Token));
        Assert.True(error.RetryAfter > TimeSpan.Zero);
        _text.Open();
        await Task.WhenAll(first, second);
        await index.SearchAsync("lapdog", 5, Token); // there is room again
    }

    [Fact]
    public async Task What_needs_no_text_tower_does_not_wait_for_it()
    {
        await using var index = Index(mostWaiting: 0);
        var search = index.SearchAsync("puppy", 5, Token);
        await _text.EnteredAsync();
        var plan = await index.ResolveAsync([new SteeringRequest(3, null, SteeringOperation.Ablate, null)], true, null, Token);
        Assert.Equal(3, Assert.Single(plan.Edits).Feature.Value);
        _text.Open();
        await search;
    }

    [Fact]
    public async Task Who_leaves_while_waiting_is_not_worked_for()
    {
        await using var index = Index(mostWaiting: 5);
        var first = index.SearchAsync("puppy", 5, Token);
        await _text.EnteredAsync();
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = index.SearchAsync("kitten", 5, leave.Token);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        _text.Open();
        await first;
        Assert.Equal(1, _text.Texts);
    }

    [Fact]
    public async Task Who_leaves_at_work_stops_it_between_batches()
    {
        await using var index = Index(mostWaiting: 0);
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var requests = Enumerable.Range(0, 200).Select(i => new SteeringRequest(null, $"word{i}", SteeringOperation.Ablate, null)).ToList();
        var plan = index.ResolveAsync(requests, true, null, leave.Token);
        await _text.EnteredAsync();
        await leave.CancelAsync();
        _text.Open();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => plan);
        Assert.InRange(_text.Texts, 1, 100);
    }

    [Fact]
    public async Task Disposing_waits_for_the_work_at_hand_and_refuses_what_waits()
    {
        var index = Index(mostWaiting: 5);
        var first = index.SearchAsync("puppy", 5, Token);
        await _text.EnteredAsync();
        var second = index.SearchAsync("kitten", 5, Token);
        var end = index.DisposeAsync().AsTask();
        Assert.False(end.IsCompleted);
        _text.Open();
        Assert.NotEmpty(await first);
        await Assert.ThrowsAsync<ObjectDisposedException>(() => second);
        await end;
        Assert.Equal(1, _text.Texts);
    }

    private FeatureIndex Index(int mostWaiting)
    {
        var records = Enumerable.Range(0, 6).Select(id => new FeatureRecord(
            new Feature(new FeatureId(id), $"feature {id}", [new FeatureWord("puppy", 1)], Maximum: 1, Density: 0.1f, SafeMaximum: 2, PatchMaximum: 1), WordMean: 0));
        return new FeatureIndex([.. records], _text, new FeatureIndexOptions { MostWaiting = mostWaiting, LeastMeaning = 0 });
    }
}
