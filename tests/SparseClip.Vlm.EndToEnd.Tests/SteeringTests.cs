using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>The whole way in a real browser: picture, question, answer, slider, changed answer.</summary>
public sealed class SteeringTests(ServedModel served)
{
    private static readonly string[] s_dogs = ["dog", "puppy", "hound"];

    [Fact]
    public async Task A_slider_changes_the_answer()
    {
        await using var browser = await Browser.OpenAsync(served.Address, height: 780);
        var studio = new StudioPage(browser.Page);
        await studio.ChooseSampleAsync("A dog");
        var before = await studio.AskAsync("What is in this picture?");
        Assert.NotEmpty(before);

        // The dog goes: the row of that name or, where its features are called otherwise, that of the search.
        var names = await studio.Rows.EvaluateAllAsync<string[]>("rows => rows.map(row => row.dataset.feature)");
        var dog = names.FirstOrDefault(s_dogs.Contains);
        if (dog is null)
        {
            await studio.AddAsync(s_dogs[0]);
        }

        await studio.MoveToZeroAsync(dog ?? s_dogs[0]);
        await studio.AddAsync("cat");
        await studio.AskAgainAsync();
        var after = await studio.AnswerAsync();
        await Assertions.Expect(studio.Answers.Last.Locator(".chips li").First).ToBeVisibleAsync();
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "steered.png"));
        await browser.Page.Mouse.MoveAsync(5, 5);
        await browser.Page.EvaluateAsync("document.activeElement.blur()");
        await Assertions.Expect(browser.Page.Locator("svg.heat")).ToHaveCountAsync(0);
        if (Environment.GetEnvironmentVariable("SPARSECLIP_SCREENSHOT") is { Length: > 0 } screenshot)
        {
            await browser.ShootAsync(Path.Combine(Repository.Root, screenshot));
        }

        Assert.Equal(2, await studio.Answers.CountAsync());
        Assert.Empty(browser.Errors);
        Assert.Equal([served.Address.Host], browser.Hosts);
        if (Repository.IsDefaultBundle)
        {
            Assert.Contains(s_dogs, word => before.Contains(word, StringComparison.OrdinalIgnoreCase));
            Assert.NotEqual(before, after);
            Assert.Contains("cat", after, StringComparison.OrdinalIgnoreCase);
        }
    }

    [Fact]
    public async Task Pointing_at_a_feature_or_a_concept_shows_where_it_is()
    {
        await using var browser = await Browser.OpenAsync(served.Address, ColorScheme.Dark);
        var studio = new StudioPage(browser.Page);
        await studio.ChooseSampleAsync("A guitar");
        await studio.Rows.First.HoverAsync();
        await Assertions.Expect(browser.Page.Locator("svg.heat")).ToBeVisibleAsync();
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "heat-map.png"));
        await browser.Page.Mouse.MoveAsync(5, 5);
        await Assertions.Expect(browser.Page.Locator("svg.heat")).ToHaveCountAsync(0);
        await studio.Concepts.First.HoverAsync();
        await Assertions.Expect(browser.Page.Locator("svg.heat")).ToBeVisibleAsync();
        Assert.Empty(browser.Errors);
    }
}
