using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Server.Telemetry;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.OpenAi;

/// <summary>A client that goes away stops its answer, and nobody else's.</summary>
public sealed class DisconnectTests(RunningServer server)
{
    [Fact]
    public async Task In_the_middle_of_prefill()
    {
        var active = new TaskCompletionSource();
        var cancelled = new TaskCompletionSource();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == ServerMetrics.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) =>
        {
            if (instrument.Name == "sparseclip.answers" && tags[0].Value is "cancelled")
            {
                cancelled.TrySetResult();
            }
            else if (instrument.Name == "sparseclip.answers.active" && value > 0)
            {
                active.TrySetResult();
            }
        });
        listener.Start();

        // About a thousand tokens: prefill takes long enough to be left, and nothing has been sent by then.
        using var leave = CancellationTokenSource.CreateLinkedTokenSource(HttpAnswers.Stop);
        var text = string.Join(' ', Enumerable.Range(0, 330).Select(number => $"{number} birds"));
        using var body = JsonContent.Create(Ask.Text(text, 400));
        var request = server.Http.PostAsync(new Uri("/v1/chat/completions", UriKind.Relative), body, leave.Token);
        await active.Task.WaitAsync(HttpAnswers.Stop);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await cancelled.Task.WaitAsync(HttpAnswers.Stop);

        using var next = await server.PostAsync("/v1/chat/completions", Ask.Text("Hello"));
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }
}
