using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Server.Chat;
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
                if (instrument.Meter.Name == Answers.MeterName)
                {
                    listener.EnableMeasurementEvents(instrument);
                }
            },
        };
        listener.SetMeasurementEventCallback<int>((instrument, value, _, _) =>
        {
            if (instrument.Name == "sparseclip.answers.cancelled")
            {
                cancelled.TrySetResult();
            }
            else if (value > 0)
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
