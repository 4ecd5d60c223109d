using System.Reflection;
using System.Text.RegularExpressions;
using Browser.Tests.Support;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Browser.Tests.Timelines;

/// <summary>The timeline in a page that has its modules from a server, under a strict policy, while runs go on.</summary>
[Collection(BrowserGroup.Name)]
public sealed class TimelineTests(BrowserFixture browser)
{
    private const string Site = "http://timeline.test/";

    private static readonly string Folder =
        typeof(TimelineTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "TimelineFolder").Value!;

    [BrowserFact]
    public async Task Grows_while_the_reader_stays_where_he_is()
    {
        await using OpenPage open = await OpenAsync();
        await open.Page.EvaluateAsync(
            """
            async () => {
                const { Timeline } = await import('/timeline.js');
                const run = (id, parent, type, end) => ({ id, parent, name: id, flow: 'f', kind: 'Subflow', type, created: 1000, start: 1000, end });
                window.timeline = new Timeline(document.querySelector('#runs'), { label: 'Live', now: 61000 });
                timeline.update([run('top', null, 'Running', null), ...Array.from({ length: 150 }, (_, i) => run(`r${i}`, 'top', 'Running', null))]);
                timeline.select('r120');
                window.add = () => timeline.update([run('r120', 'top', 'Failed', 31000), ...Array.from({ length: 50 }, (_, i) => ({ ...run(`early${i}`, 'top', 'Completed', 1500), created: 500 }))]);
            }
            """);
        ILocator tree = open.Page.GetByRole(AriaRole.Tree, new() { Name = "Live" });
        ILocator chosen = tree.GetByRole(AriaRole.Treeitem, new() { Selected = true });
        await Expect(chosen).ToHaveAttributeAsync("aria-label", "r120, flow f, Running, 00:01:00");
        await Expect(chosen).ToBeInViewportAsync();

        await open.Page.EvaluateAsync("add()");

        await Expect(chosen).ToHaveAttributeAsync("aria-label", "r120, flow f, Failed, 30.000 s");
        await Expect(chosen).ToHaveAttributeAsync("aria-posinset", "171");
        await Expect(chosen).ToBeInViewportAsync();
        await Expect(open.Page.GetByRole(AriaRole.Status)).ToHaveTextAsync("201 runs");
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task A_duration_is_shown_as_in_the_tables_of_PowerShell()
    {
        await using OpenPage open = await OpenAsync();

        // The cases of DurationTextTests.
        string[] texts = await open.Page.EvaluateAsync<string[]>(
            "async () => { const { duration } = await import('/scale.js'); return [-1, 0, 12.9, 12345, 59999.9, 60000, 11405999, 86399999, 86400000, 1051500000].map(duration); }");

        Assert.Equal(["0.000 s", "0.000 s", "0.012 s", "12.345 s", "59.999 s", "00:01:00", "03:10:05", "23:59:59", "1d 00:00", "12d 04:05"], texts);
    }

    [BrowserFact]
    public async Task Attempts_and_waits_are_parts_of_a_bar()
    {
        await using OpenPage open = await OpenAsync();
        await open.Page.EvaluateAsync(
            """
            async () => {
                const { Timeline } = await import('/timeline.js');
                new Timeline(document.querySelector('#runs'), { now: 9000 }).update([{ id: 'a', parent: null, name: 'a', flow: 'f', kind: 'Task', type: 'Completed', created: 1000, start: 2000, end: 9000,
                    states: [[1000, 'Pending'], [2000, 'Running'], [4000, 'Scheduled', 'AwaitingRetry'], [6000, 'Running', 'Retrying'], [9000, 'Completed']] }]);
            }
            """);

        await Expect(open.Page.Locator(".tl-piece")).ToHaveCountAsync(4);
        Assert.Equal(
            ["tl-waiting wait", "tl-bad", "tl-waiting wait", "tl-good"],
            await open.Page.Locator(".tl-piece").EvaluateAllAsync<string[]>("pieces => pieces.map(piece => piece.classList[1] + (piece.classList.contains('tl-wait') ? ' wait' : ''))"));
        Assert.Empty(open.Complaints);
    }

    [BrowserFact]
    public async Task Wheel_and_drag_zoom_and_pan()
    {
        await using OpenPage open = await OpenAsync();
        await open.Page.EvaluateAsync(
            """
            async () => {
                const { Timeline } = await import('/timeline.js');
                new Timeline(document.querySelector('#runs'), { now: 100000 }).update([{ id: 'a', parent: null, name: 'a', flow: 'f', kind: 'Flow', type: 'Completed', created: 0, start: 0, end: 100000 }]);
            }
            """);
        ILocator inView = open.Page.Locator(".tl-day");
        await Expect(inView).ToContainTextAsync("00:01:42 in view");
        LocatorBoundingBoxResult axis = (await open.Page.Locator(".tl-axis").BoundingBoxAsync())!;

        await open.Page.Mouse.MoveAsync(axis.X + (axis.Width / 4), axis.Y + 5);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(axis.X + (axis.Width / 2), axis.Y + 5, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
        await Expect(inView).ToContainTextAsync(new Regex("2[56]\\.\\d{3} s in view", RegexOptions.None, Regex.InfiniteMatchTimeout));
        string quarter = await inView.InnerTextAsync();

        ILocator tick = open.Page.Locator(".tl-mark").First;
        string before = await tick.InnerTextAsync();
        LocatorBoundingBoxResult row = (await open.Page.Locator(".tl-chart").BoundingBoxAsync())!;
        await open.Page.Mouse.MoveAsync(row.X + 300, row.Y + 8);
        await open.Page.Mouse.DownAsync();
        await open.Page.Mouse.MoveAsync(row.X + 20, row.Y + 8, new() { Steps = 4 });
        await open.Page.Mouse.UpAsync();
        await Expect(tick).Not.ToHaveTextAsync(before);
        await Expect(inView).ToHaveTextAsync(quarter);

        await open.Page.Mouse.MoveAsync(axis.X + 40, axis.Y + 5);
        await open.Page.Mouse.WheelAsync(0, -120);
        await Expect(inView).Not.ToHaveTextAsync(quarter);
        await open.Page.Locator(".tl-axis").DblClickAsync();
        await Expect(inView).ToContainTextAsync("00:01:42 in view");
        Assert.Empty(open.Complaints);
    }

    private async Task<OpenPage> OpenAsync()
    {
        OpenPage open = await browser.OpenAsync("about:blank");
        await open.Page.RouteAsync(Site + "**", Serve);
        await open.Page.GotoAsync(Site);
        return open;
    }

    private static Task Serve(IRoute route)
    {
        string name = new Uri(route.Request.Url).AbsolutePath.Trim('/');
        return name.Length == 0
            ? route.FulfillAsync(new()
            {
                ContentType = "text/html",
                Headers = new Dictionary<string, string> { ["Content-Security-Policy"] = "default-src 'none'; script-src 'self'; style-src 'self'; require-trusted-types-for 'script'" },
                Body = "<!DOCTYPE html><title>Runs</title><link rel=stylesheet href=/timeline.css><div id=runs></div>",
            })
            : !File.Exists(Path.Combine(Folder, name)) ? route.FulfillAsync(new() { Status = 204 })
            : route.FulfillAsync(new() { ContentType = name.EndsWith(".js", StringComparison.Ordinal) ? "text/javascript" : "text/css", Path = Path.Combine(Folder, name) });
    }
}
