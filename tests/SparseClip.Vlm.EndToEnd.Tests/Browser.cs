using Microsoft.Playwright;

namespace SparseClip.Vlm.EndToEnd.Tests;

/// <summary>One page in the system's Chromium.</summary>
internal sealed class Browser : IAsyncDisposable
{
    // Model and browser may share a small machine with other work.
    private const float PatienceMs = 300_000;

    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page)
    {
        _playwright = playwright;
        _browser = browser;
        Page = page;
        page.PageError += (_, error) => Errors.Add(error);
        page.Console += (_, message) =>
        {
            // While the model loads, the page asks whether it is ready and is told 503: the browser logs that, nothing is wrong.
            if (message.Type == "error" && !message.Location.Contains("/health/ready", StringComparison.Ordinal))
            {
                Errors.Add(message.Text);
            }
        };
        page.Request += (_, request) => Note(new Uri(request.Url));
    }

    public IPage Page { get; }

    /// <summary>What the page complained about.</summary>
    public List<string> Errors { get; } = [];

    /// <summary>Whom the page asked for anything.</summary>
    public HashSet<string> Hosts { get; } = [];

    /// <summary>Pictures that the page draws from its own memory (blob:, data:) ask nobody.</summary>
    private void Note(Uri asked)
    {
        if (asked.Scheme is not ("blob" or "data"))
        {
            Hosts.Add(asked.Host);
        }
    }

    public static async Task<Browser> OpenAsync(Uri address, ColorScheme scheme = ColorScheme.Light, int width = 1440, int height = 900, string state = "ready")
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = "/usr/bin/chromium",
            Args =
            [
                "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
            ],
        });
        var context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height }, ColorScheme = scheme, ReducedMotion = ReducedMotion.Reduce, DeviceScaleFactor = 1,
        });
        context.SetDefaultTimeout(PatienceMs);
        Assertions.SetDefaultExpectTimeout(PatienceMs);
        var opened = new Browser(playwright, browser, await context.NewPageAsync());
        await opened.Page.GotoAsync(address.ToString());
        await opened.Page.WaitForSelectorAsync($".status[data-state={state}]");
        return opened;
    }

    /// <summary>Writes a picture of the page.</summary>
    public Task ShootAsync(string path) => Page.ScreenshotAsync(new() { Path = path });

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
