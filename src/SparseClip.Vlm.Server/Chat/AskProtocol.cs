using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace SparseClip.Vlm.Server.Chat;

/// <summary>
/// SignalR's JSON protocol, except that a question whose arguments cannot be bound (none, or too many) reaches the hub without them: the hub says in an
/// event what is wrong, where SignalR would only say that something is.
/// </summary>
internal sealed class AskProtocol(JsonHubProtocol inner) : IHubProtocol
{
    private static readonly object[] s_none = [default(JsonElement)];

    public string Name => inner.Name;

    public int Version => inner.Version;

    public TransferFormat TransferFormat => inner.TransferFormat;

    public bool IsVersionSupported(int version) => inner.IsVersionSupported(version);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => inner.GetMessageBytes(message);

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => inner.WriteMessage(message, output);

    public bool TryParseMessage(ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        if (!inner.TryParseMessage(ref input, binder, out message))
        {
            return false;
        }

        if (message is InvocationBindingFailureMessage { InvocationId: { } id, Target: nameof(ChatHub.Ask) })
        {
            message = new StreamInvocationMessage(id, nameof(ChatHub.Ask), s_none);
        }

        return true;
    }
}
