using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Models;
using SparseClip.Vlm.Core.Pipeline;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Operations;

/// <summary>The server is up before its model, and says why when there is none.</summary>
public sealed class HealthTests(RunningServer server)
{
    [Fact]
    public async Task Ready_names_the_model()
    {
        using var response = await server.GetAsync("/health/ready");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(TinyBundle.Name, (await response.JsonAsync()).GetProperty("model").GetString());
    }

    [Fact]
    public async Task While_the_model_loads_the_server_says_so()
    {
        var loading = new TaskCompletionSource<IVisionLanguageModel>();
        var (app, address) = await RunningServer.ListenAsync((_, _, stop) => loading.Task.WaitAsync(stop));
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var live = await http.GetAsync(new Uri("/health/live", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.OK, live.StatusCode);
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            Assert.Equal("loading", (await ready.JsonAsync()).GetProperty("status").GetString());
            using var features = await http.GetAsync(new Uri("/api/features", UriKind.Relative), HttpAnswers.Stop);
            await features.RefusedAsync(HttpStatusCode.ServiceUnavailable, "model_loading");
            Assert.NotNull(features.Headers.RetryAfter);
            using var models = await http.GetAsync(new Uri("/v1/models", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(0, (await models.JsonAsync()).GetProperty("data").GetArrayLength());
        }
    }

    [Theory]
    [InlineData("tower.bin", true)]
    [InlineData("tower.bin", false)]
    [InlineData(ModelManifest.FileName, true)]
    public async Task A_damaged_bundle_is_named_and_the_server_lives(string file, bool isMissing)
    {
        var folder = Directory.CreateTempSubdirectory("sparseclip-damaged-");
        foreach (var part in Directory.GetFiles(server.Bundle))
        {
            var copy = Path.Combine(folder.FullName, Path.GetFileName(part));
            if (Path.GetFileName(part) != file)
            {
                File.CreateSymbolicLink(copy, part);
            }
            else if (!isMissing)
            {
                var bytes = await File.ReadAllBytesAsync(part, HttpAnswers.Stop);
                bytes[^1] ^= 1;
                await File.WriteAllBytesAsync(copy, bytes, HttpAnswers.Stop);
            }
        }

        var (app, address) = await RunningServer.StartAsync($"--Server:ModelDirectory={folder.FullName}");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            using var ready = await http.GetAsync(new Uri("/health/ready", UriKind.Relative), HttpAnswers.Stop);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
            var body = await ready.JsonAsync();
            Assert.Equal("failed", body.GetProperty("status").GetString());
            Assert.Contains(isMissing ? file : "SHA-256", body.GetProperty("reason").GetString(), StringComparison.OrdinalIgnoreCase);
        }

        folder.Delete(recursive: true);
    }

    [Fact]
    public async Task Settings_out_of_range_stop_the_start()
    {
        await Assert.ThrowsAsync<OptionsValidationException>(async () =>
        {
            await using var app = ServerHost.Create(["--urls=http://127.0.0.1:0", "--Server:MaxAnswers=0"]);
            await app.StartAsync(HttpAnswers.Stop);
        });
    }
}
