using System.Globalization;
using System.Text.RegularExpressions;
using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Schedules, limits and processes.</summary>
[Collection(BrowserGroup.Name)]
public sealed class MachineTests(BrowserFixture browser) : IDisposable
{
    private const string Endless = "while ($true) { Start-Sleep -Milliseconds 50 }";

    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task A_schedule_is_run_now_paused_and_resumed_and_its_runs_name_it()
    {
        string script = Path.Combine(_folder.Path, "nightly.ps1");
        File.WriteAllText(script, "Invoke-Flow (New-Flow import { 'done' }) | Out-Null");
        FlowProgram.RunScript(_folder.Path, $"Register-FlowSchedule '{script}' '0 3 1 1 *' -Using Scheduler | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/schedules");
        IPage page = open.Page;
        ILocator row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = "nightly" });
        await Expect(row).ToContainTextAsync("03:00");

        await page.Button("Pause: nightly").ClickAsync();
        await page.ConfirmAsync("Pause");
        await Expect(row).ToContainTextAsync("Paused");
        await page.Button("Resume: nightly").ClickAsync();
        await page.ConfirmAsync("Resume");
        await Expect(row).ToContainTextAsync("Registered");
        await page.Button("Run now: nightly").ClickAsync();
        await page.ConfirmAsync("Run now");

        await Expect(page.State()).ToContainTextAsync("Completed");
        await page.Locator(".facts").GetByRole(AriaRole.Link, new() { Name = "nightly", Exact = true }).ClickAsync();
        await Expect(page.Rows()).ToHaveCountAsync(1);
        await Expect(page.Rows().GetByRole(AriaRole.Link, new() { Name = "nightly", Exact = true })).ToBeVisibleAsync();
        await page.GotoAsync(dashboard.At("/actions"));
        await Expect(page.GetByRole(AriaRole.Row)).ToHaveCountAsync(4);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_slot_is_taken_away_from_a_run_that_holds_it_and_the_next_moves_up()
    {
        FlowProgram.RunScript(_folder.Path, "New-FlowLimit one -MaxConcurrency 1 | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/limits");
        IPage page = open.Page;
        ILocator limit = page.GetByRole(AriaRole.Region, new() { Name = "Limit one" });
        using var first = new RunningFlow(_folder, $"Invoke-Flow (New-Flow first -Limit one {{ {Endless} }})");
        ILocator holder = limit.GetByRole(AriaRole.Row).Filter(new() { HasText = "Holds a slot" });
        await Expect(holder).ToContainTextAsync(first.Id.ToString(CultureInfo.InvariantCulture));
        using var second = new RunningFlow(_folder, $"Invoke-Flow (New-Flow second -Limit one {{ {Endless} }})");
        await Expect(limit.GetByRole(AriaRole.Heading)).ToContainTextAsync("1 of 1 slots held, 1 wait");

        await holder.GetByRole(AriaRole.Button).ClickAsync();
        await page.ConfirmAsync("Remove");

        await Expect(holder).ToContainTextAsync(second.Id.ToString(CultureInfo.InvariantCulture));
        await Expect(limit.GetByRole(AriaRole.Heading)).ToContainTextAsync("1 of 1 slots held, 0 wait");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Processes_are_shown_with_what_they_run_and_leave_when_they_end()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        using var flow = new RunningFlow(_folder, $"Invoke-Flow (New-Flow gated {{ {RunningFlow.Until(_folder, "end")} }})");
        await using OpenPage open = await browser.OpenAsync(dashboard, "/processes");
        IPage page = open.Page;
        ILocator row = page.GetByRole(AriaRole.Row, new() { NameRegex = new Regex($"^{flow.Id} .*Alive.*gated", RegexOptions.None, TimeSpan.FromSeconds(1)) });
        await Expect(row).ToBeVisibleAsync();

        RunningFlow.Open(_folder, "end");

        await Expect(row).ToHaveCountAsync(0);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Read_only_has_no_buttons_that_change_something()
    {
        FlowProgram.RunScript(_folder.Path, "Invoke-Flow (New-Flow short { param($Name) 1 }) | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path, "--read-only");
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await Expect(page.GetByText("read-only")).ToBeVisibleAsync();
        await page.GoToRunAsync("short");
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Actions" })).ToHaveCountAsync(0);
        await page.GotoAsync(dashboard.At("/flow?name=short"));
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Last runs" })).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Form, new() { Name = "Start a run" })).ToHaveCountAsync(0);
        Assert.Empty(open.Complaints);
    }
}
