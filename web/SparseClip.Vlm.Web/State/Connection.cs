using SparseClip.Vlm.Contracts.Operations;
using SparseClip.Vlm.Web.Api;

namespace SparseClip.Vlm.Web.State;

/// <summary>Whether the server can be reached and its model is loaded; mends itself when the server comes back.</summary>
public sealed class Connection(IServerApi server, IChatApi chat, TimeProvider time)
{
    /// <summary>The status of a server that does not answer, beside the server's own "loading", "ready", "draining" and "failed".</summary>
    public const string Away = "away";

    /// <summary>The status of a server that asks for a key, or for another one.</summary>
    public const string Locked = "locked";

    private static readonly TimeSpan s_poll = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromSeconds(5);

    private TaskCompletionSource _change = NewSignal();
    private TaskCompletionSource _doubt = NewSignal();
    private TaskCompletionSource _key = NewSignal();
    private string? _lock;

    /// <summary>Raised after every change of <see cref="Health"/>.</summary>
    public event Action? Changed;

    public HealthResponse Health { get; private set; } = new("loading", null, null);

    public bool IsReady => Health.Status == "ready";

    public bool IsAway => Health.Status == Away;

    public bool IsLocked => Health.Status == Locked;

    /// <summary>Connects, and connects again whenever the connection is lost, until it is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            _doubt = NewSignal();
            await ReachAsync(cancellationToken);
            await Task.WhenAny(chat.WhenLostAsync(cancellationToken), _doubt.Task);
            cancellationToken.ThrowIfCancellationRequested();
            if (_lock is null)
            {
                Become(new HealthResponse(Away, ServerException.NoAnswer, null));
            }
        }
    }

    /// <summary>Looks again whether the server is there: a request did not reach it.</summary>
    public void Doubt() => _doubt.TrySetResult();

    /// <summary>Asks the person for a key: the server refused the one that was sent, or none was.</summary>
    /// <param name="reason">Why, for people.</param>
    public void Lock(string reason)
    {
        _lock = reason;
        Doubt();
    }

    /// <summary>Tries again: the person has given a key.</summary>
    public void GiveKey() => _key.TrySetResult();

    /// <summary>Done when the model can answer.</summary>
    /// <exception cref="ServerException">The model could not be loaded.</exception>
    public async Task WhenReadyAsync(CancellationToken cancellationToken)
    {
        while (!IsReady)
        {
            if (Health.Status == "failed")
            {
                throw new ServerException($"The model could not be loaded: {Health.Reason}", "model_failed");
            }

            await _change.Task.WaitAsync(cancellationToken);
        }
    }

    private async Task ReachAsync(CancellationToken cancellationToken)
    {
        var pause = s_poll / 2;
        while (true)
        {
            try
            {
                await UnlockAsync(cancellationToken);
                var health = await server.HealthAsync(cancellationToken);
                if (health.Status is not ("loading" or "draining"))
                {
                    await chat.ConnectAsync(cancellationToken);
                    Become(health);
                    return;
                }

                Become(health);
                pause = s_poll;
            }
            catch (ServerException error) when (error.IsKeyNeeded)
            {
                _lock = error.Message;
                continue;
            }
            catch (ServerException error)
            {
                Become(new HealthResponse(Away, error.Message, null));
            }

            await Task.Delay(pause, time, cancellationToken);
            pause = IsAway && pause * 2 < s_longestPause ? pause * 2 : pause;
        }
    }

    /// <summary>Waits for a key where one is asked for; a server that refuses is not asked over and over.</summary>
    private async Task UnlockAsync(CancellationToken cancellationToken)
    {
        if (_lock is not { } reason)
        {
            return;
        }

        _key = NewSignal();
        Become(new HealthResponse(Locked, reason, null));
        await _key.Task.WaitAsync(cancellationToken);
        await chat.DisconnectAsync();
        _lock = null;
    }

    private void Become(HealthResponse health)
    {
        Health = health;
        var change = _change;
        _change = NewSignal();
        change.SetResult();
        Changed?.Invoke();
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
