using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>What a visitor of the dashboard does.</summary>
internal static class Visit
{
    /// <summary>Opens a page, signed in by the address that flow prints.</summary>
    internal static async Task<OpenPage> OpenAsync(this BrowserFixture browser, ServedDashboard dashboard, string link, int width = 1280, bool isDark = false)
    {
        OpenPage open = await browser.OpenAsync(dashboard.SignIn.ToString(), width, isDark: isDark);
        await open.Page.GotoAsync(dashboard.At(link));
        return open;
    }

    internal static string At(this ServedDashboard dashboard, string link) => new Uri(dashboard.Origin, link).ToString();

    /// <summary>The rows of the list of runs.</summary>
    internal static ILocator Rows(this IPage page) => page.GetByRole(AriaRole.Region, new() { Name = "Runs", Exact = true }).Locator("tbody tr");

    /// <summary>The link to a run in the list, found by a text in its row.</summary>
    internal static ILocator LinkTo(this IPage page, string text) => page.Rows().Filter(new() { HasText = text }).First.Locator("td:nth-child(3) a");

    internal static ILocator State(this IPage page) => page.Locator(".title .state");

    internal static ILocator Choice(this IPage page, string name) => page.GetByRole(AriaRole.Combobox, new() { Name = name, Exact = true });

    internal static ILocator Button(this IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    /// <summary>Opens the page of the newest run of a flow, by its link in the list.</summary>
    internal static async Task GoToRunAsync(this IPage page, string flow)
    {
        await page.LinkTo(flow).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync(flow);
    }

    /// <summary>Presses the button of an action, and the button in the dialog that asks.</summary>
    internal static async Task ActAsync(this IPage page, string action)
    {
        await page.GetByRole(AriaRole.Group, new() { Name = "Actions" }).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();
        await page.ConfirmAsync(action);
    }

    internal static async Task ConfirmAsync(this IPage page, string action) =>
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = action, Exact = true }).ClickAsync();

    /// <summary>Presses the tabulator until an element has the focus.</summary>
    internal static async Task TabToAsync(this IPage page, string selector)
    {
        for (int i = 0; i < 80; i++)
        {
            await page.Keyboard.PressAsync("Tab");
            if (await page.EvaluateAsync<bool>("selector => document.activeElement.matches(selector)", selector))
            {
                return;
            }
        }

        Assert.Fail($"{selector} cannot be reached with the tabulator.");
    }
}
