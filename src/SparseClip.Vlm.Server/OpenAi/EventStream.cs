using System.Text.Json;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Refusals;

namespace SparseClip.Vlm.Server.OpenAi;

/// <summary>
/// Writes server-sent events, with a comment where nothing else is to be said, so that no proxy in between takes the connection for dead. The first thing
/// written sends the status. For one answer.
/// </summary>
internal sealed class EventStream(IOptions<JsonOptions> json, TimeProvider time, ILogger<EventStream> log)
{
    /// <summary>How long the status is held back while nothing happens.</summary>
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>How long nothing may be written after that. Proxies commonly give up after a minute.</summary>
    private static readonly TimeSpan s_silence = TimeSpan.FromSeconds(10);

    private long _written = time.GetTimestamp();

    /// <summary>
    /// Writes each step of the answers as it comes and keeps the connection alive in between. What fails before the status has gone out is thrown and keeps its own; afterwards it can only be told inside the
    /// stream.
    /// </summary>
    /// <param name="response">Where to.</param>
    /// <param name="steps">The steps.</param>
    /// <param name="write">Writes a step.</param>
    /// <param name="fail">Writes what went wrong.</param>
    /// <param name="cancellationToken">Stops the answers.</param>
    public async Task FollowAsync<T>(
        HttpResponse response, IAsyncEnumerable<T> steps, Func<T, Task> write, Func<Refusal, Task> fail, CancellationToken cancellationToken)
    {
        try
        {
            await using var next = steps.GetAsyncEnumerator(cancellationToken);
            while (await KeepAliveAsync(response, next.MoveNextAsync().AsTask(), cancellationToken))
            {
                await write(next.Current);
            }
        }
#pragma warning disable CA1031 // The status has gone out; the error can only be told inside the stream.
        catch (Exception error) when (response.HasStarted && !cancellationToken.IsCancellationRequested)
#pragma warning restore CA1031
        {
            var refusal = Refusal.From(error);
            if (refusal.Status == 500)
            {
                log.LogError(error, "An answer broke off while it was streamed");
            }

            await fail(refusal);
        }
    }

    /// <summary>Waits for the next step and meanwhile keeps the connection alive.</summary>
    private async Task<bool> KeepAliveAsync(HttpResponse response, Task<bool> next, CancellationToken cancellationToken)
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

    /// <summary>Writes an event with its name.</summary>
    public Task WriteAsync<T>(HttpResponse response, string name, T value, CancellationToken cancellationToken) =>
        WriteLineAsync(response, $"event: {name}\ndata: {JsonSerializer.Serialize(value, json.Value.SerializerOptions)}", cancellationToken);

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
