using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What a person does on the page.</summary>
internal sealed class StudioPage(IPage page)
{
    public ILocator Rows => page.Locator(".rows .row");

    public ILocator Concepts => page.Locator(".concept");

    public ILocator Question => page.GetByRole(AriaRole.Textbox, new() { Name = "Your question" });

    public ILocator Questions => page.Locator(".question");

    public ILocator Picture => page.Locator("#picture");

    public ILocator Notices => page.Locator(".notices");

    public ILocator Answers => page.Locator(".turn:last-child .answer");

    public async Task ChooseSampleAsync(string alt)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = alt, Exact = true }).ClickAsync();
        await Rows.First.WaitForAsync();
    }

    public async Task<string> AskAsync(string question)
    {
        await BeginAskingAsync(question);
        return await AnswerAsync();
    }

    /// <summary>Asks without waiting for the answer.</summary>
    public async Task BeginAskingAsync(string question)
    {
        await Question.FillAsync(question);
        await page.Keyboard.PressAsync("Enter");
    }

    /// <summary>
    /// Starts an answer that goes on for as long as its limit lets it, when no picture is open, and waits until it is being written. It begins a conversation of its own: after a stopped
    /// answer to the same question the model says what it said there and ends where that was stopped.
    /// </summary>
    public async Task BeginLongAnswerAsync()
    {
        if (await Questions.CountAsync() > 0)
        {
            await page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
            await Assertions.Expect(Questions).ToHaveCountAsync(0);
        }

        await BeginAskingAsync(LongQuestion);
        await page.Locator(".answer[data-status=working] .caret").WaitForAsync();
    }

    /// <summary>A question that is answered at length; its own many lines fill the conversation.</summary>
    public static string LongQuestion { get; } =
        string.Join('\n', Enumerable.Repeat("The fox is red.\nThe river is wide.\nThe wood is dark.", 8))
        + "\nWrite a long essay of ten chapters about the history of the sea, with a title for each chapter."; // copies nothing of the lines above, whose words are penalised

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
