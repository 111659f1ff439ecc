using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What was asked is still there when the page is loaded again, and in the list of conversations.</summary>
public sealed class HistoryTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-history-");
    private ServerProcess _server = null!;

    public async ValueTask InitializeAsync() => _server = await ServerProcess.StartAsync(_folder, 0, $"DataDirectory={_folder.FullName}");

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task A_conversation_survives_a_reload_is_found_opened_gone_on_with_and_deleted()
    {
        await using var browser = await Browser.OpenAsync(_server.Address);
        var (page, studio) = (browser.Page, new StudioPage(browser.Page));
        await studio.ChooseSampleAsync("A dog");
        await studio.AskAsync("What is in this picture?");
        await studio.Concepts.First.ClickAsync();
        await studio.AskAgainAsync();
        await Assertions.Expect(studio.Answers).ToHaveCountAsync(2);
        var steered = await studio.AnswerAsync();
        await page.WaitForURLAsync("**/?conversation=*");

        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".status[data-state=ready]");
        await Assertions.Expect(studio.Answers).ToHaveCountAsync(2);
        Assert.Equal(steered, await studio.AnswerAsync());
        await Assertions.Expect(studio.Picture).ToBeVisibleAsync();

        // The dialogue before is read: the second question is asked in it.
        await studio.AskAsync("Is there a cat in this picture?");
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(0);

        await page.GetByRole(AriaRole.Button, new() { Name = "Conversations" }).ClickAsync();
        var entries = page.Locator("#history li");
        await Assertions.Expect(entries).ToHaveCountAsync(1);
        await Assertions.Expect(entries.First).ToContainTextAsync("A dog: What is in this picture?");
        await page.GetByLabel("Search conversations").FillAsync("zebra crossing");
        await Assertions.Expect(entries).ToHaveCountAsync(0);
        await page.GetByLabel("Search conversations").FillAsync("IS THERE A CAT");
        await Assertions.Expect(entries).ToHaveCountAsync(1);
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "history.png"));
        await entries.First.Locator(".open").ClickAsync();
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(2);
        await Assertions.Expect(page.Locator("#history")).ToBeHiddenAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Conversations" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete A dog: What is in this picture?" }).ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Delete for good" }).ClickAsync();
        await Assertions.Expect(entries).ToHaveCountAsync(0);
        await page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(page.Locator("#history")).ToBeHiddenAsync();
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(0);
        Assert.DoesNotContain(_folder.GetFiles(), file => file.Name.Length == 64);
        Assert.DoesNotContain("conversation=", page.Url, StringComparison.Ordinal);
        Assert.Empty(browser.Errors);
    }
}
