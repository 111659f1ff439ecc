using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>The page's own pictures: each shows what steering does, none becomes a broken image, and the keyboard reaches them all.</summary>
public sealed class SampleTests(ServedModel served)
{
    private const string Question = "What is in this picture?";

    /// <summary>How far from a thing the peak of its heat map may lie: 15 pixels of 224 (Zhang et al. 2016, the pointing game).</summary>
    private const float Tolerance = 15f / 224;

    private static string Folder => Path.Combine(Path.GetDirectoryName(Repository.CommandLine)!, "wwwroot", "samples");

    /// <summary>Writes what it measures to <c>artifacts/samples.md</c>, the table of the samples' README.</summary>
    [Fact]
    public async Task What_is_pressed_first_is_no_longer_in_the_answer_and_the_other_thing_stays()
    {
        Assert.SkipUnless(Repository.IsDefaultBundle, "Another bundle may know other concepts.");
        var labelled = Samples();
        var words = new ConceptWords(Path.Combine(Repository.Bundle, "concept-table.jsonl"));
        await using var browser = await Browser.OpenAsync(served.Address);
        await Assertions.Expect(browser.Page.Locator(".samples button")).ToHaveCountAsync(labelled.Count);
        List<string> rows = ["| picture | listed first | answer | answer without it |", "|---|---|---|---|"];
        var faults = new List<string>();
        foreach (var sample in labelled)
        {
            var (listed, before, after) = await TakeOutFirstAsync(browser.Page, sample.File);
            rows.Add($"| {sample.File} | {listed.Name} {listed.Probability} | {before} | {after} |");
            Expect(words.IsKindOf(listed.Name, sample.Label), $"{listed.Name} is listed before {sample.Label}");
            Expect(words.IsNamedIn(before, sample.Label), $"'{before}' does not name {sample.Label}");
            Expect(!words.IsNamedIn(after, listed.Name) && !words.IsNamedIn(after, sample.Label), $"without {listed.Name}: '{after}' still names it");
            if (sample.Also is { } other)
            {
                Expect(words.IsNamedIn(before, other), $"'{before}' does not name {other}");
                Expect(words.IsNamedIn(after, other), $"without {listed.Name}: '{after}' no longer names {other}");
            }

            void Expect(bool holds, string fault)
            {
                if (!holds)
                {
                    faults.Add($"{sample.File}: {fault}");
                }
            }
        }

        await File.WriteAllLinesAsync(Path.Combine(Repository.Root, "artifacts", "samples.md"), rows, TestContext.Current.CancellationToken);
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "samples.png"));
        Assert.Empty(faults);
        Assert.Empty(browser.Errors);
    }

    [Fact]
    public async Task The_heat_maps_of_at_least_nine_things_in_ten_peak_on_them()
    {
        Assert.SkipUnless(Repository.IsDefaultBundle, "Another bundle may know other concepts.");
        using var client = new HttpClient { BaseAddress = served.Address };
        await ReadyAsync(client);
        var (peaks, faults) = (0, new List<string>());
        foreach (var sample in Samples())
        {
            using var file = new ByteArrayContent(await File.ReadAllBytesAsync(Path.Combine(Folder, sample.File), TestContext.Current.CancellationToken));
            using var answer = await client.PostAsync("/api/images", file, TestContext.Current.CancellationToken);
            var picture = await answer.EnsureSuccessStatusCode().Content.ReadFromJsonAsync<JsonElement>(TestContext.Current.CancellationToken);
            await PeakAsync(picture.GetProperty("concepts")[0].GetProperty("name").GetString()!, sample.Box);
            if (sample is { Also: { } other, AlsoBox: { } box })
            {
                await PeakAsync(other, box);
            }

            async Task PeakAsync(string concept, float[] box)
            {
                var map = await client.GetFromJsonAsync<JsonElement>($"/api/images/{picture.GetProperty("id")}/concepts/{concept}/heatmap", TestContext.Current.CancellationToken);
                var (width, height) = (map.GetProperty("width").GetInt32(), map.GetProperty("height").GetInt32());
                var peak = map.GetProperty("values").EnumerateArray().Index().MaxBy(value => value.Item.GetSingle()).Index;
                var (x, y) = (((peak % width) + 0.5f) / width, ((peak / width) + 0.5f) / height);
                peaks++;
                if (x < box[0] - Tolerance || y < box[1] - Tolerance || x > box[2] + Tolerance || y > box[3] + Tolerance)
                {
                    faults.Add(FormattableString.Invariant($"{concept} {x:0.00}, {y:0.00}"));
                }
            }
        }

        Assert.True(faults.Count <= peaks / 10, $"{faults.Count} of {peaks}: {string.Join("; ", faults)}");
    }

    [Fact]
    public async Task A_picture_that_does_not_come_is_its_words_and_no_broken_image()
    {
        await using var browser = await Browser.OpenAsync(served.Address);
        var page = browser.Page;
        await page.RouteAsync("**/samples/*.webp", route => route.AbortAsync());
        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".status[data-state=ready]"); // when the server comes, they are tried again
        await Assertions.Expect(page.Locator(".samples .missing").First).ToHaveTextAsync("A dog");
        await Assertions.Expect(page.Locator(".samples img")).ToHaveCountAsync(0);
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", "samples-missing.png"));

        await page.UnrouteAllAsync();
        await new StudioPage(page).ChooseSampleAsync("A dog");
        Assert.True(await page.Locator(".samples button img").First.EvaluateAsync<bool>("async image => { await image.decode(); return image.naturalWidth > 0; }"));
    }

    [Theory]
    [InlineData(1440, 4)]
    [InlineData(390, 16)]
    public async Task Arrow_keys_lead_through_the_samples_and_Tab_past_them(int width, int columns)
    {
        await using var browser = await Browser.OpenAsync(served.Address, width: width);
        var page = browser.Page;
        var samples = page.Locator(".samples button");
        await samples.First.FocusAsync();
        await PressAsync("ArrowRight", 1);
        await PressAsync("ArrowDown", columns < 16 ? 1 + columns : 1);
        await PressAsync("End", 15);
        await PressAsync("ArrowRight", 15);
        await Assertions.Expect(samples.Last).ToBeInViewportAsync();
        await PressAsync("Home", 0);
        await page.Keyboard.PressAsync("ArrowLeft");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(new StudioPage(page).Picture).ToHaveAttributeAsync("alt", "A dog");
        await Assertions.Expect(samples.First).ToHaveAttributeAsync("aria-pressed", "true");
        await browser.ShootAsync(Path.Combine(Repository.Root, "artifacts", $"samples-{width}.png"));
        await page.Keyboard.PressAsync("Tab");
        Assert.False(await page.EvaluateAsync<bool>("document.activeElement.closest('.samples') !== null"));

        async Task PressAsync(string key, int reached)
        {
            await page.Keyboard.PressAsync(key);
            await Assertions.Expect(samples.Nth(reached)).ToBeFocusedAsync();
            await Assertions.Expect(samples.Nth(reached)).ToHaveAttributeAsync("tabindex", "0");
        }
    }

    /// <summary>Opens a sample, asks, presses the first concept that is listed and asks again.</summary>
    private static async Task<(Listed First, string Before, string After)> TakeOutFirstAsync(IPage page, string file)
    {
        var studio = new StudioPage(page);
        var button = page.Locator($".samples button:has(img[src='samples/{file}'])");
        await button.ClickAsync();
        await Assertions.Expect(studio.Picture).ToHaveAttributeAsync("alt", (await button.Locator("img").GetAttributeAsync("alt"))!);
        var concept = studio.Concepts.First;
        var listed = await concept.EvaluateAsync<Listed>("one => ({ Name: one.dataset.concept, Probability: one.querySelector('span').textContent })");
        var before = await studio.AskAsync(Question);
        await concept.ClickAsync();
        await Assertions.Expect(concept).ToHaveAttributeAsync("aria-pressed", "true");
        await studio.AskAgainAsync();
        await Assertions.Expect(studio.Answers).ToHaveCountAsync(2);
        return (listed, before, await studio.AnswerAsync());
    }

    private static async Task ReadyAsync(HttpClient client)
    {
        for (var status = HttpStatusCode.ServiceUnavailable; status != HttpStatusCode.OK; await Task.Delay(200, TestContext.Current.CancellationToken))
        {
            using var health = await client.GetAsync("/health/ready", TestContext.Current.CancellationToken);
            status = health.StatusCode;
        }
    }

    private static List<Labelled> Samples() => [.. File.ReadLines(Path.Combine(Folder, "labels.jsonl")).Select(line => JsonSerializer.Deserialize<Labelled>(line, JsonSerializerOptions.Web)!)];

    /// <param name="File">The picture.</param>
    /// <param name="Label">What is listed first, by its name or that of a kind of it.</param>
    /// <param name="Box">Where it is: left, top, right, bottom, in shares of the picture.</param>
    /// <param name="Also">The other thing of a scene of two.</param>
    /// <param name="AlsoBox">Where that is.</param>
    private sealed record Labelled(string File, string Label, float[] Box, string? Also, float[]? AlsoBox);

    /// <summary>The concept that is listed first.</summary>
    private sealed record Listed
    {
        public string Name { get; set; } = "";

        public string Probability { get; set; } = "";
    }
}
