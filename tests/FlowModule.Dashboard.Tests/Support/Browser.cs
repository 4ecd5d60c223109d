using Microsoft.Playwright;

namespace FlowModule.Dashboard.Tests.Support;

/// <summary>Chromium as the system has it: nothing is downloaded.</summary>
internal static class Browser
{
    /// <summary>Names the program where it is in none of the usual places.</summary>
    private const string Variable = "FLOW_TEST_CHROMIUM";

    private static readonly string? Program = new[] { Environment.GetEnvironmentVariable(Variable), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
        .FirstOrDefault(static path => !string.IsNullOrEmpty(path) && File.Exists(path));

    /// <summary>Why such tests do not run here, or null.</summary>
    internal static string? WhyNot { get; } = Program is null ? $"There is no Chromium here: 'apt-get install chromium' installs it, or {Variable} names it." : null;

    internal static Task<IBrowser> Launch(IPlaywright playwright) => playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
    {
        ExecutablePath = Program,

        // The sandbox is for pages that are not one's own; root and containers have none.
        ChromiumSandbox = false,
        Args = ["--disable-dev-shm-usage", "--disable-gpu"],
    });
}
