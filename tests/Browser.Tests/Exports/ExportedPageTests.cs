using System.Text.RegularExpressions;
using Browser.Tests.Support;
using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Exports;

/// <summary>What Export-FlowRun writes, opened from the disk.</summary>
[Collection(BrowserGroup.Name)]
public sealed class ExportedPageTests(BrowserFixture browser, ExportedPages pages) : IClassFixture<ExportedPages>
{
    [BrowserFact]
    public async Task Runs_are_a_tree_with_names_and_the_failed_come_first()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);
        ILocator tree = Tree(open, "small");

        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(10);
        await Expect(Item(tree, 0)).ToHaveAttributeAsync("aria-label", Like("^small, flow small, Failed, .+, 9 inside, 2 failed, 1/3 states failed"));
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-label", Like("^load-two, flow load, Store=two, Failed, .+, 2 inside, 1 failed, .*no disk"));
        await Expect(Item(tree, 2)).ToHaveAttributeAsync("aria-label", Like("^write-0, task write, Failed, .*no disk"));
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-level", "2");
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-posinset", "1");
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-setsize", "3");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Folds_and_unfolds_by_keyboard_and_by_mouse()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);
        ILocator tree = Tree(open, "small");
        ILocator two = tree.GetByRole(AriaRole.Treeitem, new() { Name = "load-two, flow load" });

        await tree.FocusAsync();
        await tree.PressAsync("ArrowDown");
        await Expect(two).ToHaveAttributeAsync("aria-selected", "true");
        await Expect(tree).ToHaveAttributeAsync("aria-activedescendant", (await two.GetAttributeAsync("id"))!);
        await tree.PressAsync("ArrowLeft");
        await Expect(two).ToHaveAttributeAsync("aria-expanded", "false");
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(8);
        await tree.PressAsync("ArrowRight");
        await tree.PressAsync("ArrowRight");
        await Expect(Item(tree, 2)).ToHaveAttributeAsync("aria-selected", "true");

        await two.Locator(".tl-fold").ClickAsync();
        await Expect(two).ToHaveAttributeAsync("aria-expanded", "false");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Unfold all" }).ClickAsync();
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(10);
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Fold all", Exact = true }).ClickAsync();
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(1);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Filters_by_words_and_by_states()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);
        ILocator tree = Tree(open, "small");
        ILocator search = open.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter runs" });
        ILocator status = open.Page.Locator(".timeline").GetByRole(AriaRole.Status);

        await search.FillAsync("EXTRACT");
        await Expect(status).ToHaveTextAsync("3 of 10 runs");
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(7);
        await search.PressAsync("Escape");
        await Expect(status).ToHaveTextAsync("10 runs");

        ILocator failed = open.Page.GetByRole(AriaRole.Button, new() { Name = "Failed 3" });
        await failed.ClickAsync();
        await Expect(failed).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(3);
        await failed.ClickAsync();
        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(10);

        await search.FillAsync("nothing is like this");
        await Expect(open.Page.GetByText("No run is like that.")).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Zooms_and_pans_by_keyboard()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);
        ILocator tree = Tree(open, "small");
        ILocator bar = Item(tree, 0).Locator(".tl-piece").Last;
        ILocator inView = open.Page.Locator(".tl-day");
        string whole = await inView.InnerTextAsync();
        double width = (await bar.BoundingBoxAsync())!.Width;

        await tree.FocusAsync();
        await tree.PressAsync("+");
        await Expect(inView).Not.ToHaveTextAsync(whole);
        Assert.True((await bar.BoundingBoxAsync())!.Width >= width - 1);
        await tree.PressAsync("Shift+ArrowRight");
        await tree.PressAsync("Shift+ArrowLeft");
        await tree.PressAsync("-");
        await Expect(inView).ToHaveTextAsync(whole);
        await tree.PressAsync("=");
        await tree.PressAsync("0");
        await Expect(inView).ToHaveTextAsync(whole);
        await tree.PressAsync("n");
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-selected", "true");
        await tree.PressAsync("z");
        await Expect(inView).Not.ToHaveTextAsync(whole);
        await tree.PressAsync("/");
        await Expect(open.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter runs" })).ToBeFocusedAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Tells_of_the_chosen_run_with_its_error_the_line_of_the_script_and_its_log()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);
        ILocator details = open.Page.GetByRole(AriaRole.Region, new() { Name = "The chosen run" });

        await details.GetByRole(AriaRole.Link, new() { Name = "load-two" }).ClickAsync();
        await details.GetByRole(AriaRole.Link, new() { Name = "write-0" }).ClickAsync();

        await Expect(details.Locator("pre.error")).ToContainTextAsync("no disk");
        await Expect(details.Locator("pre.source .it")).ToContainTextAsync("throw 'no disk'");
        await Expect(details.Locator(".states tr")).ToHaveCountAsync(4);
        await Expect(details.Locator(".states")).ToContainTextAsync("AwaitingRetry");
        await details.GetByRole(AriaRole.Link, new() { Name = "load-two" }).ClickAsync();
        await Expect(details).ToContainTextAsync("Store = two");
        await details.GetByRole(AriaRole.Button, new() { Name = "Its log" }).ClickAsync();
        ILocator log = open.Page.GetByRole(AriaRole.Region, new() { Name = "Log" });
        await Expect(log.Locator("tbody tr", new() { HasText = "reading two" })).ToHaveCountAsync(1);
        await Expect(log.Locator("tbody tr", new() { HasText = "reading one" })).ToHaveCountAsync(0);
        await log.GetByRole(AriaRole.Combobox, new() { Name = "Least level" }).SelectOptionAsync("Error");
        await Expect(log.Locator("tbody tr:not(.Error)")).ToHaveCountAsync(0);
        await Expect(log.Locator("tbody tr.Error", new() { HasText = "no disk" }).First).ToBeVisibleAsync();
        await Expect(open.Page.GetByText("@{RunId=")).ToHaveCountAsync(0);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Times_are_those_of_the_machine_that_wrote_the_page()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small);

        string started = await open.Page.Locator("article dl.facts > div", new() { HasText = "Started" }).Locator("dd").InnerTextAsync();
        Match match = Regex.Match(started, @"^\S+ (?<time>\S+) \S+$", RegexOptions.ExplicitCapture, Regex.InfiniteMatchTimeout);
        Assert.True(match.Success, started);
        await Expect(open.Page.GetByRole(AriaRole.Region, new() { Name = "The chosen run" })).ToContainTextAsync(match.Groups["time"].Value);
    }

    [BrowserFact]
    public async Task Ten_thousand_runs_keep_the_rows_in_the_page_few()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Many);
        ILocator tree = Tree(open, "many");
        ILocator rows = tree.GetByRole(AriaRole.Treeitem);

        await Expect(open.Page.Locator(".timeline").GetByRole(AriaRole.Status)).ToHaveTextAsync("10,001 runs");
        await Expect(Item(tree, 1)).ToHaveAttributeAsync("aria-setsize", "2500");
        await open.Page.GetByRole(AriaRole.Button, new() { Name = "Unfold all" }).ClickAsync();
        await tree.FocusAsync();
        await tree.PressAsync("End");
        await Expect(tree.GetByRole(AriaRole.Treeitem, new() { Selected = true })).ToHaveAttributeAsync("aria-label", Like("^c-0, task c"));
        Assert.InRange(await rows.CountAsync(), 10, 80);
        await tree.PressAsync("Home");
        await tree.PressAsync("PageDown");
        Assert.InRange(await rows.CountAsync(), 10, 80);
        await open.Page.GetByRole(AriaRole.Searchbox, new() { Name = "Filter runs" }).FillAsync("N=2400");
        await Expect(rows).ToHaveCountAsync(2);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task What_would_do_harm_is_shown_as_text()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Evil);
        ILocator tree = open.Page.GetByRole(AriaRole.Tree);

        await Expect(tree.GetByRole(AriaRole.Treeitem)).ToHaveCountAsync(2);
        await Expect(Item(tree, 0).Locator(".tl-name")).ToContainTextAsync(ExportedPages.Hostile);
        await Expect(open.Page.Locator("article h1")).ToContainTextAsync(ExportedPages.Hostile);
        await Expect(open.Page.Locator(".log tbody .message").First).ToBeVisibleAsync();
        Assert.InRange(await open.Page.Locator(".log tbody .message", new() { HasText = "<img src=x onerror=alert(2)>" }).CountAsync(), 3, 10);
        Assert.Equal(0, await open.Page.Locator("img").CountAsync());
        Assert.Equal(2, await open.Page.Locator("script").CountAsync());
        Assert.DoesNotContain("\u001b", await open.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.DoesNotContain("\u202e", await open.Page.ContentAsync(), StringComparison.Ordinal);
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Several_runs_have_an_index_and_the_failed_is_first()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Several);
        ILocator index = open.Page.GetByRole(AriaRole.Navigation, new() { Name = "Runs" });

        await Expect(index.GetByRole(AriaRole.Heading)).ToHaveTextAsync("3 runs: 1 Failed, 2 Completed");
        await Expect(index.GetByRole(AriaRole.Link)).ToHaveTextAsync(["several-2", "several-3", "several-1"]);
        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("several-2");
        await index.GetByRole(AriaRole.Link, new() { Name = "several-1" }).ClickAsync();
        await Expect(open.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("several-1");
        await Expect(Tree(open, "several-1")).ToBeVisibleAsync();
        await Expect(Tree(open, "several-2")).ToBeHiddenAsync();
        await open.Page.GoBackAsync();
        await Expect(Tree(open, "several-2")).ToBeVisibleAsync();
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_narrow_page_does_not_scroll_sideways()
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small, width: 400, height: 800);

        await Expect(Tree(open, "small").GetByRole(AriaRole.Treeitem).First).ToBeVisibleAsync();
        Assert.InRange(await open.Page.EvaluateAsync<int>("document.documentElement.scrollWidth"), 0, 400);
        Assert.Empty(open.Complaints);
    }

    [BrowserTheory]
    [InlineData(1400, false)]
    [InlineData(1400, true)]
    [InlineData(400, false)]
    public async Task Axe_finds_nothing_to_mend(int width, bool isDark)
    {
        await using OpenPage open = await browser.OpenAsync(pages.Small, width, isDark: isDark);
        await Expect(Tree(open, "small").GetByRole(AriaRole.Treeitem).First).ToBeVisibleAsync();

        // A row shows numbers and signs; its name says in words what they are, and so is another text.
        AxeResult result = await open.Page.RunAxe(new AxeRunOptions { Rules = new() { ["label-content-name-mismatch"] = new() { Enabled = false } } });

        Assert.True(result.Violations.Length == 0, string.Join('\n', result.Violations.Select(violation => $"{violation.Id}: {string.Join("\n  ", violation.Nodes.Select(node => node.Html))}")));
    }

    private static ILocator Tree(OpenPage open, string run) => open.Page.GetByRole(AriaRole.Tree, new() { Name = $"Runs of {run}", Exact = true });

    private static Regex Like(string pattern) => new(pattern, RegexOptions.None, Regex.InfiniteMatchTimeout);

    private static ILocator Item(ILocator tree, int index) => tree.GetByRole(AriaRole.Treeitem).Nth(index);
}
