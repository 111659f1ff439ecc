using Microsoft.AspNetCore.SignalR.Client;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Server.Chat;

namespace SparseClip.Vlm.Server.Tests.Hosting;

/// <summary>Short forms of what tests ask of the hub.</summary>
internal static class Hubs
{
    /// <summary>A connection of one's own.</summary>
    public static async Task<HubConnection> ConnectAsync(this RunningServer server)
    {
        var hub = new HubConnectionBuilder().WithUrl(new Uri(server.Address, ChatHub.Route)).Build();
        await hub.StartAsync(HttpAnswers.Stop);
        return hub;
    }

    /// <summary>All events of a question, which is sent as it is.</summary>
    public static async Task<List<ChatEvent>> AllAsync(this HubConnection hub, params object?[] arguments)
    {
        var events = new List<ChatEvent>();
        await foreach (var step in hub.StreamAsyncCore<ChatEvent>("Ask", arguments, HttpAnswers.Stop))
        {
            events.Add(step);
        }

        return events;
    }

    /// <summary>Checks that a question is refused with one event, and that the connection takes the next one.</summary>
    public static async Task<string> RefusesAsync(this RunningServer server, string code, string? param, params object?[] arguments)
    {
        await using var hub = await server.ConnectAsync();
        var refused = await hub.AllAsync(arguments);
        var error = Assert.Single(refused, step => step.Type == ChatEvent.ErrorType);
        Assert.Equal((code, param), (error.Code, error.Param));
        Assert.DoesNotContain("System.", error.Message!, StringComparison.Ordinal);
        Assert.DoesNotContain("SparseClip.Vlm.", error.Message!, StringComparison.Ordinal);
        var next = await hub.AllAsync(new { });
        Assert.Equal("no_messages", next[^1].Code);
        return error.Message!;
    }
}
