using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>More answers than the server takes at once.</summary>
public sealed class QueueTests(RunningServer server)
{
    [Fact]
    public async Task One_too_many_is_told_when_to_come_back()
    {
        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", "--Server:MaxAnswers=1");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var leave = CancellationTokenSource.CreateLinkedTokenSource(HttpAnswers.Stop);
            using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions")
            {
                Content = JsonContent.Create(new { stream = true, max_tokens = 512, messages = new[] { new { role = "user", content = "Count to one thousand." } } }),
            };

            // Once the headers of the stream are there, the one place is taken.
            using var first = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, leave.Token);
            using var second = await http.PostAsJsonAsync("/v1/chat/completions", Ask.Text("Hello"), HttpAnswers.Stop);
            await second.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            Assert.NotNull(second.Headers.RetryAfter);
            using var streamed = await http.PostAsJsonAsync(
                "/v1/chat/completions", new { stream = true, messages = new[] { new { role = "user", content = "Hello" } } }, HttpAnswers.Stop);
            await streamed.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            await leave.CancelAsync();
        }
    }
}
