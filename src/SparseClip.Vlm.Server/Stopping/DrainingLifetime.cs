using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;

namespace SparseClip.Vlm.Server.Stopping;

/// <summary>
/// Ends the process when it is told to (SIGTERM, SIGINT, SIGQUIT), in order: new answers are refused and readiness says so, the running ones get <see cref="ServerOptions.DrainSeconds"/> to end, then
/// they are told that they break off, and only then connections are closed. A second signal ends the waiting.
/// </summary>
internal sealed partial class DrainingLifetime(
    IHostApplicationLifetime host, Drain drain, Answers answers, IOptions<ServerOptions> options, TimeProvider time, ILogger<DrainingLifetime> log) : IHostLifetime, IDisposable
{
    /// <summary>What the last words of answers get to reach their readers.</summary>
    private static readonly TimeSpan s_lastWords = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan s_pause = TimeSpan.FromMilliseconds(50);

    private readonly List<PosixSignalRegistration> _signals = [];

    /// <inheritdoc />
    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            _signals.Add(PosixSignalRegistration.Create(signal, context =>
            {
                context.Cancel = true;
                Stop();
            }));
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public Task StopAsync(CancellationToken cancellationToken)
    {
        // Whoever stops the host without a signal waits for nothing.
        drain.Interrupt();
        return Task.CompletedTask;
    }

    /// <summary>What a signal does: the first begins the end, a second one hastens it.</summary>
    public void Stop()
    {
        if (drain.IsDraining)
        {
            drain.Interrupt();
            return;
        }

        drain.Begin();
        _ = EndAsync();
    }

    /// <inheritdoc />
    public void Dispose() => _signals.ForEach(signal => signal.Dispose());

    private async Task EndAsync()
    {
        try
        {
            if (answers.Making is var making and > 0)
            {
                Waiting(log, making, options.Value.DrainSeconds);
                await WaitAsync(TimeSpan.FromSeconds(options.Value.DrainSeconds), drain.Interrupted);
            }

            drain.Interrupt();
            if (answers.Making is var left and > 0)
            {
                Interrupting(log, left);
                await WaitAsync(s_lastWords, CancellationToken.None);
            }

            // The answers have ended; what was written last is still on its way.
            await Task.Delay(s_pause, time);
        }
        finally
        {
            host.StopApplication();
        }
    }

    private async Task WaitAsync(TimeSpan most, CancellationToken hurry)
    {
        var began = time.GetTimestamp();
        while (answers.Making > 0 && time.GetElapsedTime(began) < most && !hurry.IsCancellationRequested)
        {
            await Task.Delay(s_pause, time, CancellationToken.None);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Stopping: {Making} answers in the making have {Seconds} s to end")]
    private static partial void Waiting(ILogger log, int making, int seconds);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Stopping: {Left} answers break off")]
    private static partial void Interrupting(ILogger log, int left);
}
