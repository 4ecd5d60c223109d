using Microsoft.Playwright;

namespace Browser.Tests.Support;

/// <summary>One browser for all tests that are in its collection: it is started for the first page.</summary>
public sealed class BrowserFixture : IAsyncLifetime
{
    // Only for what never comes: no test waits for it otherwise, however busy the machine is.
    private static readonly float Patience = (float)TimeSpan.FromMinutes(2).TotalMilliseconds;

    private IPlaywright? _playwright;
    private IBrowser? _browser;

    public Task InitializeAsync()
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        return Task.CompletedTask;
    }

    /// <summary>A page of its own, with the profile of a new user. Each is closed with its <see cref="OpenPage"/>.</summary>
    public async Task<OpenPage> OpenAsync(string address, int width = 1400, int height = 900, bool isDark = false)
    {
        _playwright ??= await Playwright.CreateAsync();
        _browser ??= await _playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions { ExecutablePath = Chromium.Path, ChromiumSandbox = !Environment.IsPrivilegedProcess });
        IBrowserContext context = await _browser.NewContextAsync(new BrowserNewContextOptions
        {
            ViewportSize = new ViewportSize { Width = width, Height = height },
            ColorScheme = isDark ? ColorScheme.Dark : ColorScheme.Light,
            TimezoneId = "Pacific/Auckland",
        });
        context.SetDefaultTimeout(Patience);
        var open = new OpenPage(await context.NewPageAsync());
        await open.Page.GotoAsync(address);
        return open;
    }

    public async Task DisposeAsync()
    {
        if (_browser is not null)
        {
            await _browser.DisposeAsync();
        }

        _playwright?.Dispose();
    }
}
