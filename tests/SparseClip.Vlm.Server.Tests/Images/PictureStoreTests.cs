using System.Net;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Core.Pictures;
using SparseClip.Vlm.Server.Tests.Hosting;
using SparseClip.Vlm.Server.Tests.OpenAi;

namespace SparseClip.Vlm.Server.Tests.Images;

/// <summary>Where pictures are kept, and that the server's settings reach the model.</summary>
public sealed class PictureStoreTests(RunningServer server)
{
    private const string Completions = "/v1/chat/completions";

    [Fact]
    public async Task A_picture_whose_file_made_way_for_others_is_kept_again_when_it_comes_again()
    {
        var file = TestPng.Noise(32, 32, 77);
        var id = new PictureFile(file).Id;
        using (var first = await server.UploadAsync(file))
        {
            Assert.Equal(HttpStatusCode.Created, first.StatusCode);
        }

        File.Delete(Path.Combine(server.Folder, "images", id));
        using var gone = await server.GetAsync($"/api/images/{id}");
        await gone.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");

        // The model still remembers it.
        using var second = await server.UploadAsync(file);
        Assert.Equal(HttpStatusCode.Created, second.StatusCode);
        using var back = await server.GetAsync($"/api/images/{id}");
        Assert.Equal(file, await back.Content.ReadAsByteArrayAsync(HttpAnswers.Stop));
    }

    [Fact]
    public async Task A_path_to_a_picture_elsewhere_is_no_id()
    {
        // As long as an id, and a picture that could be looked at.
        var path = Path.Combine(server.Folder, new string('b', 57) + ".png");
        await File.WriteAllBytesAsync(path, TestPng.Noise(32, 32, 78), HttpAnswers.Stop);
        using var response = await server.PostAsync(Completions, Ask.About($"../{Path.GetFileName(path)}"));
        await response.RefusedAsync(HttpStatusCode.NotFound, "unknown_image");
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task An_upload_a_data_URI_and_an_id_of_the_same_bytes_are_one_picture()
    {
        var file = TestPng.Noise(32, 32, 79);
        using var carried = await server.PostAsync(Completions, Ask.Url($"data:image/png;base64,{Convert.ToBase64String(file)}"));
        Assert.False(await IsCachedAsync(carried));
        using var uploaded = await server.UploadAsync(file);
        Assert.Equal(new PictureFile(file).Id, (await uploaded.JsonAsync()).GetProperty("id").GetString());
        using var named = await server.PostAsync(Completions, Ask.About(new PictureFile(file).Id));
        Assert.True(await IsCachedAsync(named));
    }

    [Fact]
    public async Task The_settings_reach_the_model()
    {
        // More than the model takes by itself.
        const int Limit = 22 * 1024 * 1024;
        var (app, address) = await RunningServer.StartAsync(
            $"--Server:ModelDirectory={server.Bundle}",
            $"--Server:ImageDirectory={Path.Combine(server.Folder, "few-images")}",
            "--Server:ImagesInMemory=1",
            $"--Server:MaxImageBytes={Limit}");
        await using (app)
        {
            using var http = new HttpClient { BaseAddress = address };
            var small = await IdAsync(http, TestPng.Noise(24, 24, 81));

            // What follows a PNG's last chunk does not matter to it.
            var file = new byte[Limit + 1];
            TestPng.Noise(24, 24, 82).CopyTo(file, 0);
            var large = await IdAsync(http, file[..Limit]);
            using var content = new ByteArrayContent(file);
            using var refused = await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
            await refused.RefusedAsync(HttpStatusCode.RequestEntityTooLarge, "image_file_too_large");

            // Only the last of them is remembered.
            Assert.True(await IsCachedAsync(http, large));
            Assert.False(await IsCachedAsync(http, small));
            Assert.False(await IsCachedAsync(http, large));
        }
    }

    [Fact]
    public async Task A_server_whose_picture_folder_cannot_be_written_to_does_not_start()
    {
        var file = Path.Combine(server.Folder, "a-file");
        await File.WriteAllTextAsync(file, "", HttpAnswers.Stop);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(
            () => RunningServer.StartAsync($"--Server:ModelDirectory={server.Bundle}", $"--Server:ImageDirectory={file}/img"));
        Assert.Contains("Server:ImageDirectory", error.Message, StringComparison.Ordinal);
    }

    private static async Task<string> IdAsync(HttpClient http, byte[] file)
    {
        using var content = new ByteArrayContent(file);
        using var response = await http.PostAsync(new Uri("/api/images", UriKind.Relative), content, HttpAnswers.Stop);
        Assert.Equal(HttpStatusCode.Created, response.StatusCode);
        return (await response.JsonAsync()).GetProperty("id").GetString()!;
    }

    private static async Task<bool> IsCachedAsync(HttpClient http, string id)
    {
        using var content = System.Net.Http.Json.JsonContent.Create(Ask.About(id));
        using var response = await http.PostAsync(new Uri(Completions, UriKind.Relative), content, HttpAnswers.Stop);
        return await IsCachedAsync(response);
    }

    private static async Task<bool> IsCachedAsync(HttpResponseMessage response)
    {
        var answer = await response.JsonAsync();
        var timings = answer.GetProperty("timings");
        Assert.Equal(timings.GetProperty("vision_cached").GetBoolean(), timings.GetProperty("vision_ms").GetDouble() == 0);
        return timings.GetProperty("vision_cached").GetBoolean();
    }
}
