using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>A server of its own that ends, starts again, or loses pictures, while a page is open.</summary>
public sealed class LostServerTests : IAsyncLifetime
{
    private readonly DirectoryInfo _images = Directory.CreateTempSubdirectory("sparseclip-images-");
    private ServerProcess _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(_images, settings: "ImagesInMemory=1");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _images.Delete(recursive: true);
    }

    [Fact]
    public async Task A_server_that_is_gone_is_told_and_its_return_mends_the_page()
    {
        await using var browser = await Browser.OpenAsync(_server.Address, width: 1280, height: 800);
        var (page, studio) = (browser.Page, new StudioPage(browser.Page));
        await studio.ChooseSampleAsync("A dog");
        await studio.AskAsync("What is in this picture?");
        await studio.MoveToZeroAsync((await studio.Rows.First.GetAttributeAsync("data-feature"))!);
        await using var other = await Browser.OpenAsync(_server.Address);
        var writing = new StudioPage(other.Page);
        await writing.BeginLongAnswerAsync();

        await _server.DisposeAsync();
        await page.WaitForSelectorAsync(".status[data-state=away]");
        await Assertions.Expect(studio.Notices).ToContainTextAsync("The server does not answer");
        await Assertions.Expect(writing.Answers.Last).ToHaveAttributeAsync("data-status", "failed");
        await Assertions.Expect(writing.Answers.Last).ToContainTextAsync("The connection to the server broke before the answer ended.");
        await studio.BeginAskingAsync("Is it an animal?");
        await Assertions.Expect(studio.Answers.Last).ToContainTextAsync("Waiting for the server");
        await studio.Rows.Last.HoverAsync();
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "away.png"));
        Assert.DoesNotMatch("Exception|Async|method", await page.InnerTextAsync("body"));

        // It comes back without the pictures; the page gives it the one that it asks about.
        Empty();
        _server = await ServerProcess.StartAsync(_images, _server.Address.Port);
        await page.WaitForSelectorAsync(".status[data-state=ready]");
        Assert.NotEmpty(await studio.AnswerAsync());
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(2);
        await Assertions.Expect(studio.Rows.First).ToHaveClassAsync("row removed");
        await Assertions.Expect(studio.Notices).ToHaveTextAsync("");
    }

    [Fact]
    public async Task A_picture_that_the_server_lost_is_given_to_it_again()
    {
        await using var browser = await Browser.OpenAsync(_server.Address);
        var (page, studio) = (browser.Page, new StudioPage(browser.Page));
        await studio.ChooseSampleAsync("A guitar");
        await LoseAsync();
        await studio.Rows.First.HoverAsync();
        await Assertions.Expect(page.Locator("svg.heat")).ToBeVisibleAsync();
        await LoseAsync();
        Assert.NotEmpty(await studio.AskAsync("What is in this picture?"));
        Assert.True(await page.EvaluateAsync<bool>("document.getElementById('picture').naturalWidth > 0"));
        await Assertions.Expect(studio.Notices).ToHaveTextAsync("");

        // The server keeps the codes of one picture in memory and the files in its folder.
        async Task LoseAsync()
        {
            var boat = await page.APIRequest.GetAsync(new Uri(_server.Address, "samples/boat.webp").ToString());
            var taken = await page.APIRequest.PostAsync(new Uri(_server.Address, "api/images").ToString(), new() { DataByte = await boat.BodyAsync() });
            Assert.Equal(201, taken.Status);
            Empty();
        }
    }

    private void Empty()
    {
        foreach (var file in _images.EnumerateFiles())
        {
            file.Delete();
        }
    }
}
