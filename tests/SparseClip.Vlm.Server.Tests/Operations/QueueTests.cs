using System.Net;
using System.Net.Http.Json;
using Microsoft.Extensions.DependencyInjection;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>More answers and pictures than the server takes at once.</summary>
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
            Assert.Contains("1 answers come first", await second.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full"), StringComparison.Ordinal);
            Assert.Equal(2, (await second.JsonAsync()).GetProperty("error").GetProperty("position").GetInt32());
            Assert.NotNull(second.Headers.RetryAfter);
            using var streamed = await http.PostAsJsonAsync(
                "/v1/chat/completions", new { stream = true, messages = new[] { new { role = "user", content = "Hello" } } }, HttpAnswers.Stop);
            await streamed.RefusedAsync(HttpStatusCode.TooManyRequests, "queue_full");
            await leave.CancelAsync();
        }
    }

    [Fact]
    public async Task One_picture_too_many_is_told_when_to_come_back_and_there_is_room_again_afterwards()
    {
        var open = new TaskCompletionSource();
        var gated = await GatedModel.LoadAsync(server.Bundle, open.Task);
        var (app, address) = await RunningServer.ListenAsync(
            (_, _, _) => Task.FromResult<IVisionLanguageModel>(gated), $"--Server:ImageDirectory={Path.Combine(server.Folder, "few")}", "--Server:MaxUploads=1");
        await using (app)
        {
            await app.Services.GetRequiredService<ModelHost>().Settled;
            using var http = new HttpClient { BaseAddress = address };
            var first = UploadAsync(http, seed: 31);
            await gated.Waiting.WaitAsync(HttpAnswers.Stop);

            // Without the limit the second would stand at the gate for ever.
            using (var second = await UploadAsync(http, seed: 32).WaitAsync(TimeSpan.FromSeconds(30), HttpAnswers.Stop))
            {
                await second.RefusedAsync(HttpStatusCode.TooManyRequests, "too_many_uploads");
                Assert.Equal(TimeSpan.FromSeconds(1), second.Headers.RetryAfter?.Delta);
            }

            open.SetResult();
            using var done = await first;
            Assert.Equal(HttpStatusCode.Created, done.StatusCode);
            using var third = await UploadAsync(http, seed: 32);
            Assert.Equal(HttpStatusCode.Created, third.StatusCode);
        }
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient http, byte seed)
    {
        using var content = new ByteArrayContent(TestPng.Noise(48, 40, seed));
        return await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
    }
}
