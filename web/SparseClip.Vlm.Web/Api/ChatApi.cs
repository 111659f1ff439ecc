using System.Net;
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Contracts.Chat;

namespace SparseClip.Vlm.Web.Api;

/// <summary>Questions to the hub. Every failure is a <see cref="ServerException"/> with a message for people.</summary>
public interface IChatApi
{
    /// <summary>Connects to the hub; nothing happens when it is connected.</summary>
    /// <exception cref="ServerException">The hub cannot be reached, or asks for another key (<see cref="ServerException.IsKeyNeeded"/>).</exception>
    Task ConnectAsync(CancellationToken cancellationToken);

    /// <summary>Lets the connection go, for one with another key.</summary>
    Task DisconnectAsync();

    /// <summary>Done when the connection is lost.</summary>
    Task WhenLostAsync(CancellationToken cancellationToken);

    /// <summary>Asks. Leaving or cancelling the enumeration stops the answer.</summary>
    /// <exception cref="ServerException">The hub cannot be reached, or the connection broke.</exception>
    IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IChatApi" />
public sealed class ChatApi : IChatApi, IAsyncDisposable
{
    private readonly AccessKey _key;
    private readonly HubConnection _hub;
    private TaskCompletionSource _lost = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public ChatApi(Uri server, AccessKey key)
    {
        _key = key;
        _hub = new HubConnectionBuilder().WithUrl(new Uri(server, "hubs/chat"), options => options.AccessTokenProvider = () => Task.FromResult(key.Value)).Build();
        _hub.Closed += _ =>
        {
            _lost.TrySetResult();
            return Task.CompletedTask;
        };
    }

    /// <inheritdoc />
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_hub.State != HubConnectionState.Disconnected)
        {
            return;
        }

        _lost = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        try
        {
            await _hub.StartAsync(cancellationToken);
        }
        catch (HttpRequestException error) when (error.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
        {
            throw new ServerException(
                _key.Value is null ? "This server asks for a key. Whoever runs it gives you one."
                    : error.StatusCode == HttpStatusCode.Forbidden ? "This key may not ask questions; give another."
                    : "The server does not know this key (any more); give another.",
                ServerException.KeyNeeded);
        }
#pragma warning disable CA1031 // Each transport fails in a way of its own; for people all of them are the same.
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            throw ServerException.NotReached();
        }
    }

    /// <inheritdoc />
    public Task DisconnectAsync() => _hub.StopAsync();

    /// <inheritdoc />
    public Task WhenLostAsync(CancellationToken cancellationToken) => _lost.Task.WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await using var steps = _hub.StreamAsync<ChatEvent>("Ask", request, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var isBegun = false;
        while (true)
        {
            try
            {
                if (!await steps.MoveNextAsync())
                {
                    yield break;
                }
            }
            catch (HubException)
            {
                throw new ServerException("The server could not work on this question; its log says why.", "hub_failed");
            }
#pragma warning disable CA1031 // Whatever else goes wrong is the connection, and its own words are for programmers.
            catch (Exception) when (!cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
            {
                throw ServerException.NotReached(isBegun ? ServerException.Broke : ServerException.NoAnswer);
            }

            isBegun = true;
            yield return steps.Current;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _hub.DisposeAsync();
}
