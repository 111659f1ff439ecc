using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.SignalR.Client;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using SparseClip.Vlm.Contracts.Chat;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Chat;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Stopping;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Stopping;

/// <summary>The server is told to stop while it answers.</summary>
public sealed class DrainTests(RunningServer server)
{
    [Fact]
    public async Task Running_answers_end_new_ones_are_refused_and_then_the_server_stops()
    {
        var open = new TaskCompletionSource();
        var (app, http) = await StartAsync(open.Task, seconds: 600);
        await using (app)
        {
            using (http)
            {
                var running = http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello", 8), HttpAnswers.Stop);
                await MakingAsync(app, 1);
                Stop(app);

                using (var refused = await http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello", 8), HttpAnswers.Stop))
                {
                    await refused.RefusedAsync(HttpStatusCode.ServiceUnavailable, "draining");
                    Assert.NotNull(refused.Headers.RetryAfter);
                }

                using (var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), HttpAnswers.Stop))
                {
                    Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
                    Assert.Equal("draining", (await ready.JsonAsync()).GetProperty("status").GetString());
                }

                open.SetResult();
                using var answered = await running;
                Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
                await app.WaitForShutdownAsync(HttpAnswers.Stop);
            }
        }
    }

    [Fact]
    public async Task An_answer_that_has_no_more_time_is_told_that_it_breaks_off()
    {
        var (app, http) = await StartAsync(new TaskCompletionSource().Task, seconds: 0);
        await using (app)
        {
            using (http)
            {
                await using var hub = new HubConnectionBuilder().WithUrl(new Uri(http.BaseAddress!, ChatHub.Route)).Build();
                await hub.StartAsync(HttpAnswers.Stop);
                var whole = http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello", 8), HttpAnswers.Stop);
                var streamed = http.PostAsJsonAsync("/v1/chat/completions", new { stream = true, messages = new[] { new { role = "user", content = "Hello" } } }, HttpAnswers.Stop);
                var asked = hub.AllAsync(new { messages = new[] { new { role = "user", text = "Hello" } } });
                await MakingAsync(app, 3);
                // The status of a stream goes out after a second.
                await Task.Delay(TimeSpan.FromSeconds(1.5), HttpAnswers.Stop);
                Stop(app);

                using (var answer = await whole)
                {
                    await answer.RefusedAsync(HttpStatusCode.ServiceUnavailable, "interrupted");
                }

                using (var answer = await streamed)
                {
                    Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
                    var last = (await answer.Content.ReadAsStringAsync(HttpAnswers.Stop)).Split("\n\n", StringSplitOptions.RemoveEmptyEntries)[^1];
                    Assert.Equal("interrupted", JsonElement.Parse(last["data: ".Length..]).GetProperty("error").GetProperty("code").GetString());
                }

                Assert.Equal((ChatEvent.ErrorType, "interrupted"), ((await asked)[^1].Type, (await asked)[^1].Code));
                await app.WaitForShutdownAsync(HttpAnswers.Stop);
            }
        }
    }

    private async Task<(WebApplication App, HttpClient Http)> StartAsync(Task open, int seconds)
    {
        var gated = await GatedModel.LoadAsync(server.Bundle, open);
        var (app, address) = await RunningServer.ListenAsync((_, _, _) => Task.FromResult<IVisionLanguageModel>(gated), $"--Server:DrainSeconds={seconds}");
        await app.Services.GetRequiredService<ModelHost>().Settled;
        return (app, new HttpClient { BaseAddress = address });
    }

    private static async Task MakingAsync(WebApplication app, int count)
    {
        while (app.Services.GetRequiredService<Answers>().Making < count)
        {
            await Task.Delay(10, HttpAnswers.Stop);
        }
    }

    // What a signal does; signals themselves are tried on the process.
    private static void Stop(WebApplication app) => Assert.IsType<DrainingLifetime>(app.Services.GetRequiredService<IHostLifetime>()).Stop();
}
