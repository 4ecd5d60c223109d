using System.Text.RegularExpressions;
using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Pages that are open follow what happens in other processes.</summary>
[Collection(BrowserGroup.Name)]
public sealed class LiveTests(BrowserFixture browser) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task A_run_appears_in_the_list_and_its_page_grows_until_it_ends()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await Expect(page.GetByText("There is no history yet: it begins with the first run.")).ToBeVisibleAsync();

        using var flow = new RunningFlow(_folder, $$"""
            Invoke-Flow (New-Flow grow {
                Write-Warning 'first line'
                Invoke-FlowTask -Name one { 1 }
                {{RunningFlow.Until(_folder, "second")}}
                Write-Warning 'second line'
                Invoke-FlowTask -Name two { 2 }
                {{RunningFlow.Until(_folder, "end")}}
            })
            """);

        await Expect(page.Rows()).ToContainTextAsync("Running");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "1 running" })).ToBeVisibleAsync();
        await page.GoToRunAsync("grow");
        ILocator tree = page.GetByRole(AriaRole.Tree), log = page.GetByRole(AriaRole.Log);
        await Expect(tree.GetByRole(AriaRole.Treeitem, new() { Name = "one-0" })).ToBeVisibleAsync();
        await Expect(log).ToContainTextAsync("first line");
        await Expect(page.GetByLabel("Follow")).ToBeCheckedAsync();

        RunningFlow.Open(_folder, "second");
        await Expect(tree.GetByRole(AriaRole.Treeitem, new() { Name = "two-0" })).ToBeVisibleAsync();
        await Expect(log).ToContainTextAsync("second line");
        await Expect(page.State()).ToContainTextAsync("Running");

        RunningFlow.Open(_folder, "end");
        await Expect(page.State()).ToContainTextAsync("Completed");
        await Expect(page.Button("Restart")).ToBeVisibleAsync();
        await Expect(log.Locator(".line", new() { HasText = "first line" })).ToHaveCountAsync(1);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_timeline_of_10_000_runs_draws_what_is_in_sight_and_finds_the_one_that_failed()
    {
        FlowProgram.RunScript(_folder.Path, "Invoke-Flow (New-Flow wide { 1..10000 | Start-Subflow { if ($_ -eq 7777) { throw 'a needle' } } -Parallel -LogLevel None | Out-Null }) -ErrorAction SilentlyContinue | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("wide");
        await Expect(page.GetByRole(AriaRole.Status)).ToHaveTextAsync(new Regex("^10.?001 runs$", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.InRange(await page.Locator(".tl-row").CountAsync(), 10, 300);

        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter runs" }).FillAsync("needle");

        await Expect(page.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(2);
        await Expect(page.GetByRole(AriaRole.Treeitem).Last).ToHaveAttributeAsync("aria-label", new Regex("Failed.*a needle", RegexOptions.None, TimeSpan.FromSeconds(1)));
        Assert.Empty(open.Complaints);
    }
}
