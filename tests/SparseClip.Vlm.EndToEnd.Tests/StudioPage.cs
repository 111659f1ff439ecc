using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What a person does on the page.</summary>
internal sealed class StudioPage(IPage page)
{
    public ILocator Rows => page.Locator(".rows .row");

    public ILocator Answers => page.Locator(".turn:last-child .answer");

    public async Task ChooseSampleAsync(string alt)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = alt, Exact = true }).ClickAsync();
        await Rows.First.WaitForAsync();
    }

    public async Task<string> AskAsync(string question)
    {
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" }).FillAsync(question);
        await page.Keyboard.PressAsync("Enter");
        return await AnswerAsync();
    }

    /// <summary>The text of the newest answer, once it is complete.</summary>
    public async Task<string> AnswerAsync()
    {
        await Assertions.Expect(Answers.Last).ToHaveAttributeAsync("data-status", "done");
        return string.Join(' ', (await Answers.Last.Locator(".text").InnerTextAsync()).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
    }

    /// <summary>Moves the slider of a row as a hand on the keyboard would.</summary>
    public async Task MoveToZeroAsync(string name)
    {
        await page.Locator($".row[data-feature=\"{name}\"] input[type=range]").FocusAsync();
        await page.Keyboard.PressAsync("Home");
    }

    /// <summary>Searches a concept and adds it.</summary>
    public async Task AddAsync(string word)
    {
        await page.GetByRole(AriaRole.Searchbox).FillAsync(word);
        await page.Locator(".hits button").Filter(new() { HasText = word }).First.ClickAsync();
        await page.Locator($".row[data-feature=\"{word}\"]").WaitForAsync();
    }

    public Task AskAgainAsync() => page.GetByRole(AriaRole.Button, new() { Name = "Ask again with these edits" }).ClickAsync();
}
