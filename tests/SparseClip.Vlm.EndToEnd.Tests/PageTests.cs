using System.Text;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What else a person meets on the page.</summary>
public sealed class PageTests(ServedModel served)
{
    [Fact]
    public async Task A_file_that_is_no_picture_is_a_readable_notice()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        await browser.Page.Locator("#picture-file").SetInputFilesAsync(
            new FilePayload { Name = "letter.png", MimeType = "image/png", Buffer = Encoding.UTF8.GetBytes("Dear page") });
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "not a picture" })).ToBeVisibleAsync();
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Close the message" }).ClickAsync();
        await new StudioPage(browser.Page).ChooseSampleAsync("A sailing boat");
    }

    [Fact]
    public async Task An_answer_can_be_stopped()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var studio = new StudioPage(browser.Page);
        await browser.Page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" }).FillAsync(StudioPage.LongQuestion);
        await browser.Page.Keyboard.PressAsync("Enter");
        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Stop the answer" }).ClickAsync();
        await Assertions.Expect(studio.Answers.Last).ToHaveAttributeAsync("data-status", "stopped");
        await Assertions.Expect(browser.Page.GetByRole(AriaRole.Button, new() { Name = "Retry" })).ToBeVisibleAsync();
    }

    [Theory]
    [InlineData(ColorScheme.Light)]
    [InlineData(ColorScheme.Dark)]
    public async Task The_page_is_accessible(ColorScheme scheme)
    {
        await using var browser = await Browser.OpenAsync(served.Address, scheme);
        await new StudioPage(browser.Page).ChooseSampleAsync("A cat");
        var result = await browser.Page.RunAxe();
        Assert.Equal([], result.Violations.Select(violation => $"{violation.Id}: {violation.Nodes[0].Html}"));
    }

    [Fact]
    public async Task On_a_small_screen_nothing_is_cut_off()
    {
        await using var browser = await Browser.OpenAsync(served.Address, width: 390, height: 844);
        await new StudioPage(browser.Page).ChooseSampleAsync("A cat");
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "phone.png"));
        Assert.True(await browser.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
    }
}
