using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>Esc stops from anywhere, and the focus stays where it was or goes beside it, never to the body.</summary>
public sealed class FocusTests(ServedModel served)
{
    [Fact]
    public async Task Esc_stops_from_anywhere_and_leaves_the_focus()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var studio = new StudioPage(browser.Page);
        ILocator[] places =
        [
            studio.Question, browser.Page.GetByRole(AriaRole.Button, new() { Name = "A cat", Exact = true }),
            browser.Page.GetByRole(AriaRole.Link, new() { Name = "API" }),
        ];
        foreach (var place in places)
        {
            await studio.BeginLongAnswerAsync();
            await place.FocusAsync();
            await browser.Page.Keyboard.PressAsync("Escape");
            await Assertions.Expect(studio.Answers.Last).ToHaveAttributeAsync("data-status", "stopped");
            await Assertions.Expect(place).ToBeFocusedAsync();
        }

        await studio.BeginLongAnswerAsync();
        await browser.Page.EvaluateAsync("document.activeElement.blur()");
        await browser.Page.Keyboard.PressAsync("Escape");
        await Assertions.Expect(studio.Answers.Last).ToHaveAttributeAsync("data-status", "stopped");
    }

    [Fact]
    public async Task No_action_drops_the_focus()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var studio = new StudioPage(browser.Page);
        var page = browser.Page;
        await studio.ChooseSampleAsync("A dog");
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "What is this?" }), studio.Question);
        await studio.AnswerAsync();

        var row = studio.Rows.First;
        var slider = row.Locator("input");
        await PressAsync(row.GetByRole(AriaRole.Button, new() { Name = "Remove" }), slider);
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Ask again with these edits" }), page.Locator("#dialogue"));
        await studio.AnswerAsync();
        await PressAsync(row.GetByRole(AriaRole.Button, new() { Name = "Reset" }), slider);

        await studio.Question.FillAsync("Is it an animal?");
        var ask = page.Locator(".composer form button");
        await PressAsync(ask, ask);
        await studio.AnswerAsync();
        await Assertions.Expect(ask).ToBeFocusedAsync();

        await page.GetByRole(AriaRole.Searchbox).FillAsync("cat");
        await PressAsync(page.Locator(".hits button").First, page.GetByRole(AriaRole.Searchbox));
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Reset all" }), page.GetByRole(AriaRole.Searchbox));
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }), studio.Question);
        await PressAsync(page.GetByRole(AriaRole.Button, new() { Name = "Undo" }), page.Locator("#dialogue"));

        static async Task PressAsync(ILocator button, ILocator focused)
        {
            await button.FocusAsync();
            await button.PressAsync("Enter");
            await Assertions.Expect(focused).ToBeFocusedAsync();
        }
    }
}
