using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Contracts.Chat;

namespace SparseClip.Vlm.Web.Api;

/// <summary>Questions to the hub. Leaving or cancelling the enumeration stops the answer.</summary>
public interface IChatApi
{
    /// <exception cref="ServerException">The hub cannot be reached.</exception>
    IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, CancellationToken cancellationToken);
}

/// <inheritdoc cref="IChatApi" />
public sealed class ChatApi : IChatApi, IAsyncDisposable
{
    private readonly HubConnection _hub;

    public ChatApi(Uri server) => _hub = new HubConnectionBuilder().WithUrl(new Uri(server, "hubs/chat")).WithAutomaticReconnect().Build();

    /// <inheritdoc />
    public async IAsyncEnumerable<ChatEvent> AskAsync(AskRequest request, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        await ConnectAsync(cancellationToken);
        await foreach (var step in _hub.StreamAsync<ChatEvent>("Ask", request, cancellationToken))
        {
            yield return step;
        }
    }

    /// <inheritdoc />
    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    private async Task ConnectAsync(CancellationToken cancellationToken)
    {
        if (_hub.State != HubConnectionState.Disconnected)
        {
            return;
        }

        try
        {
            await _hub.StartAsync(cancellationToken);
        }
        catch (HttpRequestException)
        {
            throw new ServerException("The server does not answer. Is it still running?");
        }
    }
}
