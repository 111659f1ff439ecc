using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>What is newest stays in sight; who scrolls up to read is left alone.</summary>
public sealed class FollowingTests(ServedModel served)
{
    // Notes, after each layout and after the page's own observer, how far below the fold the conversation ends.
    private const string WatchTheFold = """
        () => {
          const box = document.getElementById("dialogue");
          window.worst = 0;
          const note = new ResizeObserver(() => window.worst = Math.max(window.worst, box.scrollHeight - box.scrollTop - box.clientHeight));
          note.observe(box);
          note.observe(box.firstElementChild);
        }
        """;

    private static readonly LocatorAssertionsToBeInViewportOptions s_whole = new() { Ratio = 0.99f };

    [Theory]
    [InlineData(1280, 800)]
    [InlineData(390, 844)]
    public async Task The_newest_answer_and_ask_again_stay_in_view(int width, int height)
    {
        await using var browser = await Browser.OpenAsync(served.Address, width: width, height: height);
        var studio = new StudioPage(browser.Page);
        await studio.ChooseSampleAsync("A dog");
        await browser.Page.EvaluateAsync(WatchTheFold);
        await studio.AskAsync(StudioPage.LongQuestion);
        await Assertions.Expect(studio.Answers.Last.Locator("footer")).ToBeInViewportAsync(s_whole);
        await studio.AskAsync("What is in this picture?");
        await Assertions.Expect(studio.Answers.Last.Locator(".text")).ToBeInViewportAsync(s_whole);

        await studio.Rows.First.Locator("input").FocusAsync();
        await browser.Page.Keyboard.PressAsync("Home");
        var again = browser.Page.GetByRole(AriaRole.Button, new() { Name = "Ask again with these edits" });
        await Assertions.Expect(again).ToBeInViewportAsync(s_whole);
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", $"again-{width}.png"));
        await again.ClickAsync();
        await studio.AnswerAsync();
        await Assertions.Expect(studio.Answers.Last.Locator("footer")).ToBeInViewportAsync(s_whole); // its end: the text itself may be longer than a phone
        Assert.InRange(await browser.Page.EvaluateAsync<double>("window.worst"), 0, 1);
    }

    [Fact]
    public async Task Who_scrolls_up_is_not_pulled_down_and_finds_a_way_back()
    {
        await using var browser = await Browser.OpenAsync(served.Address, width: 1280, height: 800);
        var studio = new StudioPage(browser.Page);
        var newest = browser.Page.GetByRole(AriaRole.Button, new() { Name = "Newest" });
        await studio.BeginLongAnswerAsync();
        await Assertions.Expect(newest).ToBeHiddenAsync();
        await browser.Page.Locator("#dialogue").HoverAsync();
        await browser.Page.Mouse.WheelAsync(0, -300);
        await newest.WaitForAsync();
        var top = await browser.Page.EvaluateAsync<double>("document.getElementById('dialogue').scrollTop");
        var written = await studio.Answers.Last.InnerTextAsync();
        await Assertions.Expect(studio.Answers.Last).Not.ToHaveTextAsync(written);
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "scrolled-up.png"));
        Assert.Equal(top, await browser.Page.EvaluateAsync<double>("document.getElementById('dialogue').scrollTop"));
        await newest.ClickAsync();
        await Assertions.Expect(studio.Answers.Last.Locator("footer")).ToBeInViewportAsync();
        await Assertions.Expect(newest).ToBeHiddenAsync();
        await Assertions.Expect(browser.Page.Locator("#dialogue")).ToBeFocusedAsync();
    }
}
