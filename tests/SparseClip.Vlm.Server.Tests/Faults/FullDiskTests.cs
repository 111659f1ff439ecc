using System.Diagnostics;
using System.Net;
using System.Net.Http.Json;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Faults;

/// <summary>A disk that is really full: a small file system in memory, which only root may mount.</summary>
public sealed class FullDiskTests(RunningServer server)
{
    [Fact]
    public async Task What_cannot_be_kept_is_told_as_such_and_nothing_half_written_is_left()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.IsPrivilegedProcess, "Only root may mount a file system.");
        var disk = Directory.CreateTempSubdirectory("sparseclip-disk-");
        await RunAsync("mount", "-t", "tmpfs", "-o", "size=512k", "tmpfs", disk.FullName);
        try
        {
            var (app, address) = await RunningServer.StartAsync(
                $"--Server:ModelDirectory={server.Bundle}", $"--Server:DataDirectory={disk.FullName}", $"--Server:ImageDirectory={disk.FullName}/images", $"--Server:TaughtConcepts={disk.FullName}/taught.jsonl");
            await using (app)
            {
                using var http = new HttpClient { BaseAddress = address };
                var conversation = await http.BeginAsync("Before");
                using (var kept = await UploadAsync(http, TestPng.Noise(40, 40, 1)))
                {
                    Assert.Equal(HttpStatusCode.Created, kept.StatusCode);
                }

                await FillAsync(Path.Combine(disk.FullName, "rest"));
                using (var picture = await UploadAsync(http, TestPng.Noise(90, 90, 2)))
                {
                    await picture.RefusedAsync(HttpStatusCode.InsufficientStorage, "image_not_kept");
                }

                using (var label = await http.PutAsJsonAsync("/api/features/1/label", new { label = "mine" }, HttpAnswers.Stop))
                {
                    await label.RefusedAsync(HttpStatusCode.InsufficientStorage, "label_not_kept");
                }

                using (var asked = await http.AskAsync(conversation, new { maxTokens = 3, messages = new[] { new { role = "user", text = new string('a', 20_000) } }, truncate = "oldest" }))
                {
                    // Too long for the context, or not to be kept: told either way, and never a failure of the server.
                    Assert.True(asked.StatusCode is HttpStatusCode.BadRequest or HttpStatusCode.InsufficientStorage, $"{(int)asked.StatusCode}");
                }

                using (var begun = await http.PostAsJsonAsync("/api/conversations", new { title = new string('b', 200) }, HttpAnswers.Stop))
                {
                    await begun.RefusedAsync(HttpStatusCode.InsufficientStorage, "conversation_not_kept");
                }

                Assert.DoesNotContain(Directory.EnumerateFiles(disk.FullName, "*", SearchOption.AllDirectories), file => file.EndsWith(".partial", StringComparison.Ordinal));
                using var plain = await http.PostAsJsonAsync("/v1/chat/completions", new { max_tokens = 3, messages = new[] { new { role = "user", content = "Hello" } } }, HttpAnswers.Stop);
                Assert.Equal(HttpStatusCode.OK, plain.StatusCode);

                File.Delete(Path.Combine(disk.FullName, "rest"));
                using var again = await UploadAsync(http, TestPng.Noise(90, 90, 2));
                Assert.Equal(HttpStatusCode.Created, again.StatusCode);
                Assert.Equal(2, (await http.EventsAsync(conversation, new { maxTokens = 3, messages = new[] { new { role = "user", text = "Hello" } } })).Count(step => step.Type() is "kept" or "done"));
            }
        }
        finally
        {
            await RunAsync("umount", "--lazy", disk.FullName);
            disk.Delete();
        }
    }

    private static async Task FillAsync(string path)
    {
        await using var file = new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        try
        {
            for (var block = 0; block < 10_000; block++)
            {
                await file.WriteAsync(new byte[512], HttpAnswers.Stop);
            }
        }
        catch (IOException)
        {
            return;
        }

        Assert.Fail("The file system takes more than it should have room for.");
    }

    private static async Task<HttpResponseMessage> UploadAsync(HttpClient http, byte[] picture)
    {
        using var content = new ByteArrayContent(picture);
        return await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(program, arguments);
        await process.WaitForExitAsync(CancellationToken.None);
        Assert.Equal(0, process.ExitCode);
    }
}
