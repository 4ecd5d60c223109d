using System.Text.RegularExpressions;
using Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Dashboards;

/// <summary>Finding runs, and reading one.</summary>
[Collection(BrowserGroup.Name)]
public sealed class ListTests(BrowserFixture browser, SampleDashboard sample) : IClassFixture<SampleDashboard>
{
    [BrowserFact]
    public async Task The_list_is_searched_while_a_person_types_and_the_address_keeps_it()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;
        await Expect(page.Rows()).ToHaveCountAsync(4);

        // A word of the message, then of a tag and of a state.
        ILocator search = page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" });
        await search.FillAsync("sales.csv");
        await Expect(page.Rows()).ToHaveCountAsync(1);
        await Expect(page.Rows()).ToContainTextAsync("broken");
        await search.FillAsync("etl completed");
        await Expect(page.Rows()).ToHaveCountAsync(2);
        await search.FillAsync("no such thing");
        await Expect(page.GetByText("No run is like this.")).ToBeVisibleAsync();
        await search.FillAsync("etl");
        await Expect(page).ToHaveURLAsync(new Regex(@"[?&]q=etl\b", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.ReloadAsync();
        await Expect(page.Rows()).ToHaveCountAsync(2);
        await Expect(search).ToHaveValueAsync("etl");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Filters_narrow_the_list_and_the_number_of_rows_is_remembered()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;

        await page.Choice("State").SelectOptionAsync("Failed");
        await Expect(page.Rows()).ToHaveCountAsync(2);
        await page.Choice("Flow").SelectOptionAsync("broken");
        await Expect(page.Rows()).ToHaveCountAsync(1);
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear" }).ClickAsync();
        await Expect(page.Rows()).ToHaveCountAsync(4);
        await page.GetByRole(AriaRole.Textbox, new() { Name = "Tag" }).FillAsync("etl");
        await Expect(page.Rows()).ToHaveCountAsync(2);
        await page.GetByRole(AriaRole.Link, new() { Name = "Clear" }).ClickAsync();
        await page.Choice("Show").SelectOptionAsync("1");
        await Expect(page.Rows()).ToHaveCountAsync(16);
        await page.Choice("Rows").SelectOptionAsync("25");
        await Expect(page).ToHaveURLAsync(new Regex("rows=25", RegexOptions.None, TimeSpan.FromSeconds(1)));
        await page.GotoAsync(sample.Served.At("/runs"));
        await Expect(page.Choice("Rows")).ToHaveValueAsync("25");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_failed_run_shows_why_with_the_line_of_its_script_and_what_it_was_given()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;

        await page.GoToRunAsync("broken");

        await Expect(page.Locator(".value.error pre")).ToContainTextAsync("The file 'sales.csv' is empty.");
        await Expect(page.GetByRole(AriaRole.List, new() { Name = "Lines of the script around the error" }).Locator(".at")).ToContainTextAsync("throw \"The file '$Name' is empty.\"");
        await Expect(page.GetByText("Name = sales.csv")).ToBeVisibleAsync();
        await Expect(page.Locator(".states li").First).ToContainTextAsync("Running");
        await Expect(page.Locator(".states li").Last).ToContainTextAsync("Failed");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_log_is_filtered_by_level_by_words_and_by_run()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("nightly-import");
        ILocator log = page.GetByRole(AriaRole.Log);
        await Expect(log).ToContainTextAsync("region north");

        await page.Choice("Level").SelectOptionAsync("Warning");
        await Expect(log).Not.ToContainTextAsync("region north");
        await Expect(log).ToContainTextAsync("two rows were left out");
        await page.Choice("Level").SelectOptionAsync("Debug");
        await page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" }).FillAsync("SOUTH");
        await Expect(log.Locator(".line")).ToHaveCountAsync(1);
        await page.Choice("Of").SelectOptionAsync("0");
        await Expect(log).ToContainTextAsync("No lines.");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task What_is_chosen_before_the_page_is_ready_counts()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("nightly-import");
        var isChosen = new TaskCompletionSource();
        await page.RouteAsync("**/htmx.min.js*", async route =>
        {
            await isChosen.Task;
            await route.ContinueAsync();
        });

        await page.ReloadAsync(new() { WaitUntil = WaitUntilState.Commit });
        await page.Choice("Level").SelectOptionAsync("Warning");
        isChosen.SetResult();

        ILocator log = page.GetByRole(AriaRole.Log);
        await Expect(log).Not.ToContainTextAsync("region north");
        await Expect(log).ToContainTextAsync("two rows were left out");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_run_leads_to_the_runs_inside_of_it_and_back()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;
        await page.GoToRunAsync("nightly-import");
        ILocator tree = page.GetByRole(AriaRole.Tree);
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(7);

        await tree.FocusAsync();
        await tree.PressAsync("ArrowDown");
        await tree.PressAsync("ArrowDown");
        await tree.PressAsync("Enter");

        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("task-0");
        ILocator around = page.GetByRole(AriaRole.Navigation, new() { Name = "Runs around this one" }).GetByRole(AriaRole.Link);
        await Expect(around).ToHaveCountAsync(3);
        await around.Nth(1).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("nightly-import");
        await page.GetByRole(AriaRole.Link, new() { Name = "As a list, page by page" }).ClickAsync();
        await Expect(page.Rows()).ToHaveCountAsync(3);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task All_can_be_reached_and_done_with_the_keyboard_alone()
    {
        await using OpenPage open = await browser.OpenAsync(sample.Served, "/runs");
        IPage page = open.Page;
        await page.Keyboard.PressAsync("/");
        await Expect(page.GetByRole(AriaRole.Searchbox, new() { Name = "Search" })).ToBeFocusedAsync();
        await page.Keyboard.TypeAsync("broken");
        await Expect(page.Rows()).ToHaveCountAsync(1);

        // On through the filters to the run, and into it.
        await page.TabToAsync("#list tbody td:nth-child(3) a");
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("broken");

        // An action asks in a dialog, which Escape leaves: the focus is where it was.
        await page.TabToAsync(".actions a");
        await page.Keyboard.PressAsync("Space");
        ILocator dialog = page.GetByRole(AriaRole.Dialog);
        await Expect(dialog).ToBeVisibleAsync();
        await Expect(dialog.GetByRole(AriaRole.Button)).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(dialog).ToBeHiddenAsync();
        await Expect(page.GetByRole(AriaRole.Group, new() { Name = "Actions" }).GetByRole(AriaRole.Button).First).ToBeFocusedAsync();

        // The timeline and the log are on the way too.
        await page.TabToAsync("[role=tree]");
        await page.TabToAsync("[role=log]");
        Assert.Empty(open.Complaints);
    }
}
