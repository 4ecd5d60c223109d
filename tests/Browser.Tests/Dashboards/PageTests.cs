using Browser.Tests.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Each page of the dashboard, as people see it and as a screen reader says it.</summary>
[Collection(BrowserGroup.Name)]
public sealed class PageTests(BrowserFixture browser, SampleDashboard sample) : IClassFixture<SampleDashboard>
{
    // The name of a row of the timeline says more than its cells, and says it in another order.
    private static readonly AxeRunOptions Rules = new()
    {
        RunOnly = RunOnlyOptions.Tags("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"),
        Rules = new() { ["label-content-name-mismatch"] = new() { Enabled = false } },
    };

    private static readonly string[] Links =
        ["/runs", "/runs?all=1", "/waiting", "/flows", "/flow?name=nightly-import", "/schedules", "/limits", "/processes", "/actions", "/nothing-here", "/sign-in", "run", "run/restart"];

    public static TheoryData<string, int, bool> EachPage
    {
        get
        {
            var all = new TheoryData<string, int, bool>();
            foreach (string link in Links)
            {
                all.Add(link, 400, false);
                all.Add(link, 1600, true);
            }

            return all;
        }
    }

    [BrowserTheory]
    [MemberData(nameof(EachPage))]
    public async Task A_page_fits_its_window_has_roles_names_and_contrast_and_no_error(string link, int width, bool isDark)
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, link.StartsWith('/') ? link : "/runs", width, isDark);
        IPage page = open.Page;
        if (!link.StartsWith('/'))
        {
            string run = (await page.LinkTo("broken").GetAttributeAsync("href"))!;
            await page.GotoAsync(sample.Served.At(run + link["run".Length..]));
        }

        await Expect(page.GetByRole(AriaRole.Main)).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveCountAsync(1);
        await Expect(page.GetByRole(AriaRole.Navigation, new() { Name = "Pages", Exact = true })).ToHaveCountAsync(link == "/sign-in" ? 0 : 1);
        if (link == "run")
        {
            await Expect(page.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(1);
        }

        Assert.Equal(string.Empty, await page.EvaluateAsync<string>("document.documentElement.scrollWidth > innerWidth ? `${document.documentElement.scrollWidth} pixels wide` : ''"));
        AxeResult axe = await page.RunAxe(Rules);
        Assert.Equal(string.Empty, string.Join("\n", axe.Violations.Select(static found => $"{found.Id}: {found.Help} {string.Join(' ', found.Nodes.Select(static node => node.Html))}")));
        Assert.DoesNotContain(open.Complaints, complaint => link != "/nothing-here" || !complaint.Contains("404", StringComparison.Ordinal));
    }

    [BrowserFact]
    public async Task A_screen_reader_says_what_the_list_is_and_what_can_be_done_with_it()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");

        await Expect(open.Page.Locator("body")).ToMatchAriaSnapshotAsync(
            """
            - link "Skip to content"
            - banner:
              - link "flow"
              - navigation "Pages":
                - link "Runs"
                - link "Waiting"
                - link "Flows"
                - link "Schedules"
                - link "Limits"
                - link "Processes"
                - link "Actions"
              - form "Sign out":
                - button "Sign out"
            - main:
              - heading "Runs" [level=1]
              - link "0 running"
              - link "2 failed in 24 hours"
              - link "2 completed in 24 hours"
              - link "0 waiting for a person"
              - search "Filter runs":
                - searchbox "Search"
                - combobox "State"
                - combobox "Flow"
                - combobox "Schedule"
                - combobox "Time"
                - textbox "Tag"
                - combobox "Show"
                - combobox "Rows"
              - region "Runs":
                - table:
                  - rowgroup:
                    - row "State Flow Run Created Duration Schedule, tags Message"
                  - rowgroup:
                    - row /Failed/
                    - row /Failed broken/
                    - row /Completed nightly-import/
                    - row /Completed nightly-import/
            """);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Names_and_logs_that_mean_harm_are_shown_as_text()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs?state=Failed");
        IPage page = open.Page;
        await Expect(page.Rows().GetByText("<img src=x onerror=alert(1)>").First).ToBeVisibleAsync();
        await Expect(page.Rows().GetByText("<b>tag</b>").First).ToBeVisibleAsync();

        await page.GoToRunAsync("<img");

        ILocator log = page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("<script>alert('log')</script>");
        await Expect(log).ToContainTextAsync("</p></div><h1>not a heading</h1>");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "not a heading" })).ToHaveCountAsync(0);
        await Expect(page.GetByRole(AriaRole.Treeitem)).ToHaveAttributeAsync("aria-label", new System.Text.RegularExpressions.Regex("<img src=x", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GotoAsync(sample.Served.At("/flows"));
        await page.GetByRole(AriaRole.Link, new() { Name = "<img src=x onerror=alert(1)>\"'&", Exact = true }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("<img src=x onerror=alert(1)>\"'&");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Each_flow_has_a_strip_of_its_last_runs_that_leads_to_them()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/flows");
        IPage page = open.Page;
        ILocator strip = page.GetByRole(AriaRole.Group, new() { Name = "Last runs of nightly-import" }).GetByRole(AriaRole.Link);
        await Expect(strip).ToHaveCountAsync(2);
        await Expect(strip.First).ToHaveAccessibleNameAsync(new System.Text.RegularExpressions.Regex("^Completed, [0-9.]+ m?s, [0-9-]+ ", System.Text.RegularExpressions.RegexOptions.None, TimeSpan.FromSeconds(1)));

        await strip.First.ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("nightly-import");
        await Expect(page.GetByText("Day = 2026-03-02")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Earlier runs of nightly-import" }).ClickAsync();
        await Expect(page.Rows()).ToHaveCountAsync(2);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Who_signs_out_needs_the_token_and_comes_back_with_a_name()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/limits");
        IPage page = open.Page;
        await page.Button("Sign out").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Sign in" })).ToBeVisibleAsync();
        await page.GotoAsync(sample.Served.At("/limits"));

        await page.GetByLabel("Token").FillAsync("this-is-not-the-token");
        await page.Button("Sign in").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert).Filter(new() { HasText = "That is not the token." })).ToBeVisibleAsync();
        await page.GetByLabel("Token").FillAsync(sample.Served.Token);
        await page.GetByLabel("Your name").FillAsync("Eva <b>");
        await page.Button("Sign in").ClickAsync();

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Limits" })).ToBeVisibleAsync();
        await Expect(page.GetByText("Eva <b>")).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }
}
