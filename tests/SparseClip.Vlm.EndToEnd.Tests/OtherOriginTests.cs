using System.Net;
using System.Security.Cryptography;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What a page of somebody else can do with the server of the person who reads it: nothing.</summary>
public sealed class OtherOriginTests(ServedModel served)
{
    [Fact]
    public async Task It_can_neither_upload_nor_ask_nor_open_the_hub_nor_frame_the_page()
    {
        var picture = await File.ReadAllBytesAsync(Path.Combine(Repository.Root, "web", "SparseClip.Vlm.Web", "wwwroot", "samples", "boat.webp"), TestContext.Current.CancellationToken);
        byte[] own = [.. picture, .. RandomNumberGenerator.GetBytes(4)];
        await using var site = new OtherSite(picture);
        await using var browser = await Browser.OpenAsync(served.Address);
        var page = browser.Page;
        await page.GotoAsync(site.Address.ToString());

        const string Send = """
            async ([url, bytes, mode]) => {
              try {
                const response = await fetch(url, { method: "POST", mode, headers: { "Content-Type": "text/plain" }, body: new Uint8Array(bytes) });
                return response.type;
              } catch (error) { return error.name; }
            }
            """;
        var upload = new Uri(served.Address, "/api/images").ToString();
        Assert.Equal("TypeError", await page.EvaluateAsync<string>(Send, new object[] { upload, own.Select(value => (int)value).ToArray(), "cors" }));
        Assert.Equal("TypeError", await page.EvaluateAsync<string>(Send, new object[] { upload, own.Select(value => (int)value).ToArray(), "no-cors" }));
        using var http = new HttpClient { BaseAddress = served.Address };
        using var kept = await http.GetAsync(new Uri($"/api/images/{Convert.ToHexStringLower(SHA256.HashData(own))}", UriKind.Relative), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, kept.StatusCode);

        var ask = new Uri(served.Address, "/v1/chat/completions").ToString();
        var question = """{"messages":[{"role":"user","content":"Hello"}]}"""u8.ToArray().Select(value => (int)value).ToArray();
        Assert.Equal("TypeError", await page.EvaluateAsync<string>(Send, new object[] { ask, question, "cors" }));

        var hub = new UriBuilder(served.Address) { Scheme = "ws", Path = "/hubs/chat" }.Uri.ToString();
        Assert.Equal("refused", await page.EvaluateAsync<string>(
            """url => new Promise((done) => { const socket = new WebSocket(url); socket.onopen = () => done("open"); socket.onerror = () => done("refused"); })""", hub));

        await page.EvaluateAsync("""url => new Promise((done) => { const frame = document.createElement("iframe"); frame.onload = done; frame.src = url; document.body.append(frame); })""", served.Address.ToString());
        var framed = page.Frames.Single(frame => frame != page.MainFrame);
        Assert.Equal(0, await framed.Locator("#app").CountAsync());
    }

    [Fact]
    public async Task The_own_page_and_the_description_break_no_rule_of_theirs()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        await new StudioPage(browser.Page).ChooseSampleAsync("A cat");
        await browser.Page.GotoAsync(new Uri(served.Address, "/scalar").ToString());
        await browser.Page.Locator(".scalar-app").First.WaitForAsync();
        Assert.Empty(browser.Errors);
    }
}
