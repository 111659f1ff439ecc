using System.Collections.Concurrent;
using System.Diagnostics;
using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;
using SparseClip.Vlm.Server.Operations;
using SparseClip.Vlm.Server.Refusals;
using SparseClip.Vlm.Server.Remote;
using SparseClip.Vlm.Server.Tests.Hosting;

namespace SparseClip.Vlm.Server.Tests.Remote;

/// <summary>What comes of fetching a picture, from real servers on the loopback.</summary>
public sealed class RemotePictureTests
{
    private const int MaxBytes = 64 * 1024;

    /// <summary>What is told of a host that may not be reached, whatever is there.</summary>
    private const string NotReached = "its host is none that pictures are fetched from, cannot be reached, or did not send it whole";

    private static readonly byte[] s_picture = TestPng.Noise(48, 40, 61);

    [Fact]
    public async Task It_is_asked_for_without_anything_that_tells_who_asks()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var headers = new ConcurrentDictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        var url = elsewhere.On("/a b.png", async context =>
        {
            headers["method"] = context.Request.Method + context.Request.QueryString;
            foreach (var (name, value) in context.Request.Headers)
            {
                headers[name] = value.ToString();
            }

            context.Response.Headers.SetCookie = "a=b";
            await context.Response.Body.WriteAsync(s_picture);
        });
        using var activity = new Activity("request").Start();
        Assert.Equal(s_picture, await FetchAsync(url + "?c=d#e"));
        Assert.Equal(["Accept", "Host", "User-Agent", "method"], headers.Keys.Order(StringComparer.Ordinal));
        Assert.Equal("GET?c=d", headers["method"]);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Three_redirects_are_followed(int status)
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        elsewhere.On("/picture", s_picture);
        elsewhere.Redirect("/3", "/picture", status);
        elsewhere.Redirect("/2", "3", status);
        elsewhere.Redirect("/1", $"//127.0.0.1:{elsewhere.Port}/2", status);
        Assert.Equal(s_picture, await FetchAsync(elsewhere.Address + "/1"));
        elsewhere.Redirect("/0", "/1", status);
        Assert.Contains("after 3 redirects", await RefusedAsync(elsewhere.Address + "/0"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_circle_of_redirects_ends()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        Assert.Contains("after 3 redirects", await RefusedAsync(elsewhere.Redirect("/circle", "/circle")), StringComparison.Ordinal);
        Assert.Equal(4, elsewhere.Asked.Count);
    }

    [Theory]
    [InlineData("http://127.0.0.2:{0}/secret")]
    [InlineData("//127.0.0.2:{0}/secret")]
    [InlineData("http://inside.test:{0}/secret")]
    [InlineData("http://2130706434:{0}/secret")]
    [InlineData("http://[::ffff:127.0.0.2]:{0}/secret")]
    [InlineData("http://unknown.test/secret")]
    [InlineData("http://0.0.0.0:{0}/secret")]
    [InlineData("https://127.0.0.2:{0}/secret")]
    public async Task A_host_that_may_not_be_reached_is_told_like_one_that_cannot(string address)
    {
        await using var inside = await Elsewhere.StartAsync(IPAddress.Parse("127.0.0.2"));
        inside.On("/secret", s_picture);
        await using var elsewhere = await Elsewhere.StartAsync();
        var location = string.Format(System.Globalization.CultureInfo.InvariantCulture, address, inside.Port);
        var words = await RefusedAsync(elsewhere.Redirect("/a", location), new LoopbackReach(("inside.test", ["127.0.0.2"])));
        Assert.Contains(NotReached, words, StringComparison.Ordinal);
        Assert.Equal(words, await RefusedAsync(location.StartsWith("//", StringComparison.Ordinal) ? "http:" + location : location, new LoopbackReach(("inside.test", ["127.0.0.2"]))));
        Assert.Empty(inside.Asked);

        string closed;
        await using (var gone = await Elsewhere.StartAsync())
        {
            closed = gone.Address;
        }

        Assert.Equal(words, await RefusedAsync(closed));
    }

    [Fact]
    public async Task A_name_that_changes_its_meaning_leads_to_what_was_checked_or_nowhere()
    {
        await using var inside = await Elsewhere.StartAsync(IPAddress.Parse("127.0.0.2"));
        inside.On("/a", s_picture);
        await using var elsewhere = await Elsewhere.StartAsync();
        elsewhere.On("/a", s_picture);
        var url = $"http://changing.test:{elsewhere.Port}/a";
        Assert.Equal(s_picture, await FetchAsync(url, new LoopbackReach(("changing.test", ["127.0.0.1", "127.0.0.2"]))));
        Assert.Single(elsewhere.Asked);

        elsewhere.Redirect("/again", $"http://changing.test:{inside.Port}/a");
        Assert.Contains(NotReached, await RefusedAsync($"http://changing.test:{elsewhere.Port}/again", new LoopbackReach(("changing.test", ["127.0.0.1", "127.0.0.2"]))), StringComparison.Ordinal);
        Assert.Empty(inside.Asked);
    }

    [Fact]
    public async Task Of_several_addresses_those_that_may_be_reached_are_tried()
    {
        await using var inside = await Elsewhere.StartAsync(IPAddress.Parse("127.0.0.2"));
        await using var elsewhere = await Elsewhere.StartAsync();
        elsewhere.On("/a", s_picture);
        Assert.Equal(s_picture, await FetchAsync($"http://both.test:{elsewhere.Port}/a", new LoopbackReach(("both.test", ["127.0.0.2 ::1 127.0.0.1"]))));
        Assert.Contains(NotReached, await RefusedAsync($"http://both.test:{inside.Port}/a", new LoopbackReach(("both.test", ["127.0.0.2 ::1 127.0.0.1"]))), StringComparison.Ordinal);
        Assert.Empty(inside.Asked);
    }

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("ftp://127.0.0.1/a.png")]
    [InlineData("data:image/png;base64,AAAA")]
    [InlineData("http://ada:secret@127.0.0.1/a.png")]
    public async Task Redirects_lead_to_nothing_else(string location)
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        Assert.Contains("redirects to a URL", await RefusedAsync(elsewhere.Redirect("/a", location)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(201)]
    [InlineData(204)]
    [InlineData(206)]
    [InlineData(300)]
    [InlineData(302)]
    [InlineData(304)]
    [InlineData(401)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(500)]
    public async Task Only_200_is_a_picture(int status)
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var words = await RefusedAsync(elsewhere.On("/a", context =>
        {
            context.Response.StatusCode = status;
            return Task.CompletedTask;
        }));
        Assert.Contains($"answered {status} where", words, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_more_is_read_than_a_picture_may_have()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        Assert.Equal(MaxBytes, (await FetchAsync(elsewhere.On("/most", new byte[MaxBytes]))).Length);
        var stopped = new TaskCompletionSource();
        var told = elsewhere.On("/told", async context =>
        {
            context.Response.ContentLength = MaxBytes + 1;
            await context.Response.Body.FlushAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
        });
        var endless = elsewhere.On("/endless", async context =>
        {
            while (!context.RequestAborted.IsCancellationRequested)
            {
                await context.Response.Body.WriteAsync(new byte[4096], HttpAnswers.Stop);
            }

            stopped.SetResult();
        });
        foreach (var url in (string[])[told, endless])
        {
            var refused = await Assert.ThrowsAsync<RefusedException>(() => FetchAsync(url));
            Assert.Equal((413, "image_file_too_large"), (refused.Refusal.Status, refused.Refusal.Code));
        }

        await stopped.Task.WaitAsync(HttpAnswers.Stop);
    }

    [Fact]
    public async Task What_is_compressed_stays_so()
    {
        using var small = new MemoryStream();
        using (var gzip = new GZipStream(small, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(new byte[MaxBytes * 10]);
        }

        await using var elsewhere = await Elsewhere.StartAsync();
        Assert.Equal(small.ToArray(), await FetchAsync(elsewhere.On("/a", async context =>
        {
            context.Response.Headers.ContentEncoding = "gzip";
            await context.Response.Body.WriteAsync(small.ToArray());
        })));
    }

    [Fact]
    public async Task One_that_does_not_come_in_time_is_left()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var silent = elsewhere.On("/silent", context => Task.Delay(Timeout.Infinite, context.RequestAborted));
        var dripping = elsewhere.On("/dripping", async context =>
        {
            while (true)
            {
                await context.Response.Body.WriteAsync(new byte[1], context.RequestAborted);
                await Task.Delay(20, context.RequestAborted);
            }
        });
        Assert.All(
            await Task.WhenAll(RefusedAsync(silent, seconds: 1), RefusedAsync(dripping, seconds: 1)),
            words => Assert.EndsWith($"{NotReached} within 1 s.", words, StringComparison.Ordinal));
    }

    [Fact]
    public async Task One_that_is_cut_short_or_is_no_HTTP_is_refused()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var cut = elsewhere.On("/cut", async context =>
        {
            context.Response.ContentLength = 1000;
            await context.Response.Body.WriteAsync(new byte[10]);
            await context.Response.Body.FlushAsync();
            context.Abort();
        });
        var headers = elsewhere.On("/headers", context =>
        {
            context.Response.Headers["X-Long"] = new string('a', 20_000);
            return Task.CompletedTask;
        });
        var shouting = elsewhere.On("/shouting", async context =>
        {
            context.Features.Get<IHttpResponseFeature>()!.ReasonPhrase = "Fine";
            await context.Response.Body.WriteAsync(s_picture);
        });
        Assert.Contains(NotReached, await RefusedAsync(cut), StringComparison.Ordinal);
        Assert.Contains(NotReached, await RefusedAsync(headers), StringComparison.Ordinal);
        Assert.Contains(NotReached, await RefusedAsync($"https://127.0.0.1:{elsewhere.Port}/a"), StringComparison.Ordinal);
        Assert.Equal(s_picture, await FetchAsync(shouting));
    }

    [Fact]
    public async Task Who_asks_may_leave_and_the_server_may_stop()
    {
        await using var elsewhere = await Elsewhere.StartAsync();
        var asked = new SemaphoreSlim(0);
        var silent = elsewhere.On("/silent", context =>
        {
            asked.Release();
            return Task.Delay(Timeout.Infinite, context.RequestAborted);
        });
        using var drain = new Drain();
        using var pictures = Pictures(new LoopbackReach(), drain: drain);
        using var leave = new CancellationTokenSource();
        var left = pictures.FetchAsync(pictures.Read(silent, "image"), leave.Token);
        await asked.WaitAsync(HttpAnswers.Stop);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => left);

        var stopped = pictures.FetchAsync(pictures.Read(silent, "image"), HttpAnswers.Stop);
        await asked.WaitAsync(HttpAnswers.Stop);
        drain.Interrupt();
        Assert.Equal("interrupted", (await Assert.ThrowsAsync<RefusedException>(() => stopped)).Refusal.Code);
    }

    [Theory]
    [InlineData("http://")]
    [InlineData("http:///a.png")]
    [InlineData("http://[::1/a.png")]
    [InlineData("http://exa mple.org/")]
    [InlineData("http://example.org:99999/")]
    [InlineData("http://example.org:22/")]
    [InlineData("http://ada:secret@example.org/")]
    [InlineData("https://\0/")]
    [InlineData("http://xn--ü/")]
    [InlineData("http://a..b/")]
    [InlineData("http://-ü/")]
    public void What_is_no_URL_is_refused_before_anything_is_fetched(string url)
    {
        using var pictures = Pictures(new RemoteReach());
        var refusal = Assert.Throws<RefusedException>(() => pictures.Read(url, "image")).Refusal;
        Assert.Equal((400, "invalid_image_url", "image"), (refusal.Status, refusal.Code, refusal.Param));
        Assert.DoesNotContain("secret", refusal.Message, StringComparison.Ordinal);
    }

    private static async Task<byte[]> FetchAsync(string url, RemoteReach? reach = null, int seconds = 60)
    {
        using var pictures = Pictures(reach ?? new LoopbackReach(), seconds);
        return (await pictures.FetchAsync(pictures.Read(url, "image"), HttpAnswers.Stop)).Bytes;
    }

    private static async Task<string> RefusedAsync(string url, RemoteReach? reach = null, int seconds = 60)
    {
        var refusal = (await Assert.ThrowsAsync<RefusedException>(() => FetchAsync(url, reach, seconds))).Refusal;
        Assert.Equal((400, "invalid_image_url", "image"), (refusal.Status, refusal.Code, refusal.Param));
        return refusal.Message;
    }

    private static RemotePictures Pictures(RemoteReach reach, int seconds = 60, Drain? drain = null) => new(
        reach, drain ?? new Drain(), TimeProvider.System, Options.Create(new ServerOptions { RemoteImages = true, RemoteImageSeconds = seconds, MaxImageBytes = MaxBytes }));
}
