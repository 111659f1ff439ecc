using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>Pictures that are pasted or dropped.</summary>
public sealed class GivenPictureTests(ServedModel served)
{
    // A picture as a PNG, alone or with a text, as programs for writing put it on the clipboard.
    private const string Copy = """
        async (text) => {
          const canvas = new OffscreenCanvas(64, 48);
          canvas.getContext("2d").fillRect(0, 0, 64, 48);
          const parts = { "image/png": await canvas.convertToBlob() };
          if (text) parts["text/plain"] = new Blob([text], { type: "text/plain" });
          await navigator.clipboard.write([new ClipboardItem(parts)]);
        }
        """;

    private const string Drop = """
        ([id, parts]) => {
          const data = new DataTransfer();
          for (const [type, value] of Object.entries(parts)) data.setData(type, value);
          const at = { dataTransfer: data, bubbles: true, cancelable: true };
          document.getElementById(id).dispatchEvent(new DragEvent("dragover", at));
          return document.getElementById(id).dispatchEvent(new DragEvent("drop", at));
        }
        """;

    [Fact]
    public async Task Text_pasted_into_the_question_is_text_even_beside_a_picture()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var (page, studio) = (browser.Page, new StudioPage(browser.Page));
        await page.Context.GrantPermissionsAsync(["clipboard-read", "clipboard-write"]);
        await studio.ChooseSampleAsync("A dog");
        await studio.AskAsync("What is this?");

        await page.EvaluateAsync(Copy, "Is it a dog?");
        await studio.Question.FocusAsync();
        await page.Keyboard.PressAsync("Control+V");
        await Assertions.Expect(studio.Question).ToHaveValueAsync("Is it a dog?");
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "A dog");
        await Assertions.Expect(studio.Questions).ToHaveCountAsync(1);

        // The same outside of a box, and a picture without a text in the box, are pictures.
        await page.Locator("#dialogue").FocusAsync();
        await page.Keyboard.PressAsync("Control+V");
        await Assertions.Expect(page.Locator(".caption")).ToContainTextAsync("64 × 48");
        await studio.ChooseSampleAsync("A cat");
        await page.EvaluateAsync(Copy, null);
        await studio.Question.FocusAsync();
        await page.Keyboard.PressAsync("Control+V");
        await Assertions.Expect(page.Locator(".caption")).ToContainTextAsync("64 × 48");
        await Assertions.Expect(studio.Question).ToHaveValueAsync("Is it a dog?");
    }

    [Fact]
    public async Task A_picture_dragged_from_another_page_is_taken_or_told()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        await using var other = new OtherSite(await File.ReadAllBytesAsync(
            Path.Combine(Path.GetDirectoryName(Repository.CommandLine)!, "wwwroot", "samples", "boat.webp"), TestContext.Current.CancellationToken));
        var studio = new StudioPage(browser.Page);

        await DropAsync("dialogue", new() { ["text/uri-list"] = $"# from there\r\n{other.Address}open.webp" });
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "open.webp");

        // An image in a link comes with the address of the link; what counts is the image.
        await DropAsync("question", new()
        {
            ["text/uri-list"] = $"{other.Address}page", ["text/html"] = $"<a href='{other.Address}page'><img src='{other.Address}linked.webp'></a>",
        });
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "linked.webp");

        await DropAsync("dialogue", new() { ["text/uri-list"] = $"{other.Address}closed.webp" });
        await Assertions.Expect(studio.Notices).ToContainTextAsync($"may not read pictures of {other.Address.Authority}");
        await Assertions.Expect(studio.Notices).ToContainTextAsync("paste it here, or save it and drop the file");
        await DropAsync("dialogue", new() { ["text/uri-list"] = $"{other.Address}page" });
        await Assertions.Expect(studio.Notices).ToContainTextAsync("is no picture, as");
        await DropAsync("dialogue", new() { ["text/plain"] = "words" });
        await Assertions.Expect(studio.Notices).ToContainTextAsync("Drop a picture file");
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", "linked.webp");

        // Text over a box is the browser's: nothing prevents it.
        Assert.True(await browser.Page.EvaluateAsync<bool>(Drop, new object[] { "question", new Dictionary<string, string> { ["text/plain"] = "words" } }));

        Task DropAsync(string target, Dictionary<string, string> parts) => browser.Page.EvaluateAsync(Drop, new object[] { target, parts });
    }
}
