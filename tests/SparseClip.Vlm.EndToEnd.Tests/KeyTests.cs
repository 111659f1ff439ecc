using System.Diagnostics;
using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>The page of a server that asks for keys.</summary>
public sealed class KeyTests : IAsyncLifetime
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("sparseclip-keys-");
    private ServerProcess _server = null!;
    private string _key = "";

    public async ValueTask InitializeAsync()
    {
        _key = await RunAsync("keys", "create", "--name", "ada", "--scope", "read", "ask", "--data", _folder.FullName);
        _server = await ServerProcess.StartAsync(_folder, 0, "RequireKeys=true", $"DataDirectory={_folder.FullName}");
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _folder.Delete(recursive: true);
    }

    [Fact]
    public async Task The_page_asks_for_a_key_works_with_it_and_keeps_it_until_the_tab_is_closed()
    {
        await using var browser = await Browser.OpenAsync(_server.Address, state: "locked");
        var (page, studio) = (browser.Page, new StudioPage(browser.Page));
        var box = page.GetByLabel("This server asks for a key.");
        await Assertions.Expect(box).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("sc-wrong");
        await page.Keyboard.PressAsync("Enter");
        await Assertions.Expect(studio.Notices).ToContainTextAsync("does not know this key");
        await page.Locator("#access-key").FillAsync(_key);
        await page.Keyboard.PressAsync("Enter");
        await page.WaitForSelectorAsync(".status[data-state=ready]");
        await studio.ChooseSampleAsync("A dog");
        Assert.NotEmpty(await studio.AskAsync("What is in this picture?"));

        await page.ReloadAsync();
        await page.WaitForSelectorAsync(".status[data-state=ready]");
        await RunAsync("keys", "revoke", "ada", "--data", _folder.FullName);
        await studio.BeginAskingAsync("Hello");
        await page.WaitForSelectorAsync(".status[data-state=locked]");
        await Assertions.Expect(page.Locator("#access-key")).ToBeVisibleAsync();
    }

    private static async Task<string> RunAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("dotnet", [Repository.CommandLine, .. arguments]) { RedirectStandardOutput = true })!;
        var output = await process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return output.Trim();
    }
}
