using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>
/// Writes server-sent events, with a comment where nothing else is to be said, so that no proxy in between takes the connection for dead. The first thing
/// written sends the status. For one answer.
/// </summary>
internal sealed class EventStream(IOptions<JsonOptions> json, TimeProvider time)
{
    /// <summary>How long the status is held back while nothing happens.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may be written after that. Proxies commonly give up after a minute.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private long _written = time.GetTimestamp();

    /// <summary>Waits for the next step and meanwhile keeps the connection alive.</summary>
    public async Task<bool> KeepAliveAsync(HttpResponse response, Task<bool> next, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                return await next.WaitAsync(response.HasStarted ? s_silence : s_patience, time, CancellationToken.None);
            }
            catch (TimeoutException) when (!next.IsCompleted)
            {
                try
                {
                    await CommentAsync(response, cancellationToken);
                }
                catch
                {
                    // The client went away; the step that is under way has to end before its enumeration may.
                    await ((Task)next).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
                    throw;
                }
            }
        }
    }

    /// <summary>Writes a comment when one is due: when the answer begins, and when nothing was written for long.</summary>
    public Task TouchAsync(HttpResponse response, bool begins, CancellationToken cancellationToken) =>
        (response.HasStarted ? time.GetElapsedTime(_written) >= s_silence : begins) ? CommentAsync(response, cancellationToken) : Task.CompletedTask;

    /// <summary>Writes an event.</summary>
    public Task WriteAsync<T>(HttpResponse response, T value, CancellationToken cancellationToken) =>
        WriteLineAsync(response, $"data: {JsonSerializer.Serialize(value, json.Value.SerializerOptions)}", cancellationToken);

    /// <summary>Says that nothing more comes.</summary>
    public Task EndAsync(HttpResponse response, CancellationToken cancellationToken) => WriteLineAsync(response, "data: [DONE]", cancellationToken);

    private Task CommentAsync(HttpResponse response, CancellationToken cancellationToken) => WriteLineAsync(response, ": keep-alive", cancellationToken);

    private async Task WriteLineAsync(HttpResponse response, string line, CancellationToken cancellationToken)
    {
        if (!response.HasStarted)
        {
            response.ContentType = "text/event-stream";
            response.Headers.CacheControl = "no-store";
        }

        await response.WriteAsync($"{line}\n\n", cancellationToken);
        await response.Body.FlushAsync(cancellationToken);
        _written = time.GetTimestamp();
    }
}
