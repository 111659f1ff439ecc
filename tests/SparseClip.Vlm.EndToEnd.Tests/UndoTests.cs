using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>Another picture and a new conversation can be undone.</summary>
public sealed class UndoTests(ServedModel served)
{
    [Fact]
    public async Task Another_picture_and_a_new_conversation_can_be_undone()
    {
        await using var browser = await Browser.OpenAsync(served.Address, width: 1280, height: 800);
        var studio = new StudioPage(browser.Page);
        await studio.ChooseSampleAsync("A dog");
        var answer = await studio.AskAsync("What is in this picture?");
        var name = (await studio.Rows.First.GetAttributeAsync("data-feature"))!;
        await studio.MoveToZeroAsync(name);

        await studio.ChooseSampleAsync("A cat");
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "A cat");
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(0);
        await Assertions.Expect(studio.Notices).ToContainTextAsync("Put away: “A dog”, 1 question, 1 edit");
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "put-away.png"));
        await UndoAsync();

        await browser.Page.GetByRole(AriaRole.Button, new() { Name = "New conversation" }).ClickAsync();
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(0);
        await Assertions.Expect(studio.Question).ToBeFocusedAsync();
        await UndoAsync();

        async Task UndoAsync()
        {
            await browser.Page.GetByRole(AriaRole.Button, new() { Name = "Undo" }).ClickAsync();
            await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "A dog");
            Assert.Equal(answer, await studio.AnswerAsync());
            await Assertions.Expect(browser.Page.Locator($".row[data-feature=\"{name}\"]")).ToHaveClassAsync("row removed");
            Assert.Equal("0", await browser.Page.Locator($".row[data-feature=\"{name}\"] input").InputValueAsync());
            await Assertions.Expect(studio.Notices).ToHaveTextAsync("");
        }
    }
}
