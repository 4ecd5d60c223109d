using System.Globalization;
using Browser.Tests.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using FlowModule.Dashboard.Tests.Support;
using FlowModule.Storage.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Workers of queues, over a history on a server.</summary>
[Collection(BrowserGroup.Name)]
public sealed class WorkerTests(BrowserFixture browser) : IDisposable
{
    private readonly TestFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [PoolFact]
    public async Task A_worker_comes_executes_a_run_is_drained_and_leaves()
    {
        string address = PostgreSqlServer.Instance.NewAddress();
        string history = $"$env:FLOW_HISTORY_URL = '{address}';";
        using ServedDashboard dashboard = ServedDashboard.Start(_folder.Path, "--history-path", address);
        await using OpenPage open = await browser.OpenAsync(dashboard, "/workers", width: 400);
        IPage page = open.Page;
        await Expect(page.GetByText("There is no worker.")).ToBeVisibleAsync();

        using var worker = new RunningFlow(_folder, history + "Start-FlowWorker etl -ThrottleLimit 1");
        string process = worker.Id.ToString(CultureInfo.InvariantCulture);
        ILocator row = page.GetByRole(AriaRole.Row).Filter(new() { HasText = $"process {process} on" });
        await Expect(row).ToContainTextAsync("Ready");
        using var caller = new RunningFlow(_folder, $"{history} Invoke-Flow (New-Flow pooled {{ Start-Subflow -Queue etl {{ {RunningFlow.Until(_folder, "end")} }} }})");
        await Expect(row.GetByRole(AriaRole.Link)).ToHaveAttributeAsync("href", new System.Text.RegularExpressions.Regex("^/runs/", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await Expect(page.GetByRole(AriaRole.Table, new() { Name = "Queues" }).Locator("tbody tr")).ToContainTextAsync("1 executing");
        Assert.Equal(string.Empty, await page.EvaluateAsync<string>("document.documentElement.scrollWidth > innerWidth ? `${document.documentElement.scrollWidth} pixels wide` : ''"));
        AxeResult axe = await page.RunAxe();
        Assert.Equal(string.Empty, string.Join("\n", axe.Violations.Select(static found => $"{found.Id}: {found.Help}")));

        await page.GetByRole(AriaRole.Link, new() { Name = "its own dashboard" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("Overview");
        await page.GotoAsync(dashboard.At("/hangfire/servers"));
        await Expect(page.Locator("tbody tr")).ToHaveCountAsync(1);
        await page.GotoAsync(dashboard.At("/workers"));

        await page.Button($"Drain: {Environment.MachineName}:{process}").ClickAsync();
        await page.ConfirmAsync("Drain");
        await Expect(row).ToContainTextAsync("Draining");
        RunningFlow.Open(_folder, "end");

        await Expect(row).ToHaveCountAsync(0);
        caller.WaitForEnd();
        worker.WaitForEnd();
        await page.GotoAsync(dashboard.At("/actions"));
        await Expect(page.GetByRole(AriaRole.Row).Nth(1)).ToContainTextAsync("Drain worker");
        Assert.Empty(open.Complaints);
    }
}
