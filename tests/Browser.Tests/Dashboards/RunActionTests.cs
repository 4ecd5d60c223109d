using Browser.Tests.Support;
using FlowModule.Dashboard.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Each action on runs, from its button to what has become of it.</summary>
[Collection(BrowserGroup.Name)]
public sealed class RunActionTests(BrowserFixture browser) : IDisposable
{
    private readonly TestFolder _folder = new();

    private string Mark => Path.Combine(_folder.Path, "mark");

    public void Dispose() => _folder.Dispose();

    [BrowserFact]
    public async Task Stop_cancels_a_run_of_another_process_and_says_who_has_done_it()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        using var flow = new RunningFlow(_folder, "Invoke-Flow (New-Flow endless { while ($true) { Start-Sleep -Milliseconds 50 } })");
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("endless");

        await page.ActAsync("Stop");

        await Expect(page.State()).ToContainTextAsync("Cancelled");
        string who = $"{Environment.UserName} (127.0.0.1)";
        await Expect(page.Locator(".reason")).ToContainTextAsync($"Stopped by {who} in the dashboard.");
        flow.WaitForEnd();
        await page.GotoAsync(dashboard.At("/actions"));
        await Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync(who);
        await Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Stop");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Restart_starts_a_new_run_that_outlives_the_dashboard_with_the_keyboard_alone()
    {
        FlowProgram.RunScript(_folder.Path, "Invoke-Flow (New-Flow copied { param($Name) \"hello $Name\" }) -Parameters @{ Name = 'Eva' } | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("copied");
        await Expect(page.Button("Restart failed")).ToHaveCountAsync(0);

        await page.TabToAsync(".actions a");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");

        // First the page of what was started, then that of the run itself.
        await Expect(page.GetByText("Restart of")).ToBeVisibleAsync();
        await Expect(page.State()).ToContainTextAsync("Completed");
        await Expect(page.GetByText("hello Eva").First).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Restart_failed_runs_what_failed_and_takes_over_the_rest()
    {
        FlowProgram.RunScript(_folder.Path, $$"""
            Invoke-Flow (New-Flow parts {
                1..2 | Start-Subflow { param($n) if ($_ -eq 2 -and -not (Test-Path '{{Mark}}')) { throw 'not yet' }; "part $_" } | Receive-FlowResult
            }) -ErrorAction SilentlyContinue | Out-Null
            """);
        File.WriteAllText(Mark, string.Empty);
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("parts");

        await page.ActAsync("Restart failed");

        await Expect(page.GetByText("Restart of")).ToBeVisibleAsync();
        await Expect(page.State()).ToContainTextAsync("Completed");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Resume_goes_on_with_the_run_under_its_id()
    {
        FlowProgram.RunScript(_folder.Path, $$"""
            Invoke-Flow (New-Flow again { if (-not (Test-Path '{{Mark}}')) { throw 'not yet' }; 'done' }) -ErrorAction SilentlyContinue | Out-Null
            """);
        File.WriteAllText(Mark, string.Empty);
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("again");
        string run = page.Url;

        await page.ActAsync("Resume");

        await Expect(page).ToHaveURLAsync(run);
        await Expect(page.State()).ToContainTextAsync("Completed");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Remove_takes_a_run_out_of_the_history_and_is_recorded()
    {
        FlowProgram.RunScript(_folder.Path, "Invoke-Flow (New-Flow short { 1 }) | Out-Null");
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("short");

        await page.ActAsync("Remove");

        await Expect(page.GetByText("No run is like this.")).ToBeVisibleAsync();
        await page.GotoAsync(dashboard.At("/actions"));
        await Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Remove");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_run_that_waits_for_a_person_is_on_the_first_page_and_gets_its_answer()
    {
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path);
        using var flow = new RunningFlow(_folder, "Invoke-Flow (New-Flow ask { \"the answer is $(Wait-FlowInput 'Deploy <b>now</b>?' -Type bool)\" })");
        await using OpenPage open = await browser.OpenAsync(dashboard, "/runs");
        IPage page = open.Page;
        await page.GetByRole(AriaRole.Region, new() { Name = "Waiting for a person" }).GetByRole(AriaRole.Link, new() { Name = "Deploy <b>now</b>?" }).ClickAsync();
        await page.GetByRole(AriaRole.Radio, new() { Name = "Yes" }).CheckAsync();

        await page.Button("Answer").ClickAsync();

        await Expect(page.State()).ToContainTextAsync("Completed");
        await Expect(page.GetByText("the answer is True").First).ToBeVisibleAsync();
        flow.WaitForEnd();
        await page.GotoAsync(dashboard.At("/waiting"));
        await Expect(page.GetByText("No run waits for an answer.")).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }
}
