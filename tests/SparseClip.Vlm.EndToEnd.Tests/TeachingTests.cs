using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>A word of one's own, taught on the page with a picture and forgotten again.</summary>
public sealed class TeachingTests(ServedModel served)
{
    [Fact]
    public async Task A_word_that_is_taught_is_listed_of_the_picture_and_found_until_it_is_forgotten()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var page = browser.Page;
        await new StudioPage(page).ChooseSampleAsync("A dog");
        await page.ClickAsync(".teach summary");
        await page.FillAsync(".teach input", "my zork");
        await page.ClickAsync(".teach form button");

        await Assertions.Expect(page.Locator(".concepts [data-concept='my zork']")).ToBeVisibleAsync();
        await Assertions.Expect(page.Locator(".teach p")).ToContainTextAsync("my zork, by 1 picture");
        await page.FillAsync(".search input", "my zork");
        await Assertions.Expect(page.Locator(".hits button").First).ToContainTextAsync("my zork taught");
        await page.PressAsync(".search input", "Escape");
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "taught.png"));

        // A word of the model's own is refused in words.
        await page.FillAsync(".teach input", "dog");
        await page.ClickAsync(".teach form button");
        await Assertions.Expect(page.GetByText("my dog")).ToBeVisibleAsync();

        await page.ClickAsync("[aria-label='Forget my zork']");
        await Assertions.Expect(page.Locator(".concepts [data-concept='my zork']")).ToHaveCountAsync(0);
        await Assertions.Expect(page.Locator(".teach p")).ToHaveCountAsync(0);
    }
}
