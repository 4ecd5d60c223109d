using FlowModule.Lookup.Watching;
using static FlowModule.Tests.Looking.Watching.WatchRows;

namespace FlowModule.Tests.Looking.Watching;

public sealed class WatchScreenTests
{
    [Fact]
    public void A_tree_is_drawn_with_states_times_and_inputs()
    {
        WatchModel model = new()
        {
            Rows = [Row("main"), Row("sub-1", StateType.Completed, 1, input: "host-1"), Row("sub-2", StateType.Failed, 1, input: "host-2", message: "It\nbroke.")],
        };

        Assert.Equal(
            [
                "3 runs: 1 Running, 1 Completed, 1 Failed",
                ">Running       1.500 s  flow 'main'",
                "   Completed     1.500 s  flow 'sub-1' (host-1)",
                "   Failed        1.500 s  flow 'sub-2' (host-2) It broke.",
                "",
                "Up, Down: choose   Enter: log   f: filter   /: search   s: stop   q: end the view, the runs go on",
            ],
            Plain.Draw(model, 120, 6));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10, 3)]
    [InlineData(40, 5)]
    [InlineData(200, 50)]
    public void It_has_the_height_and_at_most_the_width_of_the_screen(int width, int height)
    {
        WatchModel model = new()
        {
            Rows = [.. Enumerable.Range(0, 100).Select(i => Row($"run-{i}", depth: i % 30, message: new string('x', 300)))],
        };
        foreach (WatchMode mode in Enum.GetValues<WatchMode>())
        {
            IReadOnlyList<string> lines = Plain.Draw(model with { Mode = mode, Log = ["a", new string('y', 300)] }, width, height);

            Assert.Equal(Math.Max(height, 3), lines.Count);
            Assert.All(lines, line => Assert.InRange(line.Length, 0, width));
        }
    }

    [Fact]
    public void A_short_input_that_a_random_name_contains_by_chance_is_drawn()
    {
        var model = new WatchModel { Rows = [Row("cosmic-buzzard", input: "b"), Row("check b", input: "b")] };

        string[] lines = [.. Plain.Draw(model, 80, 4)];

        Assert.EndsWith("flow 'cosmic-buzzard' (b)", lines[1], StringComparison.Ordinal);
        Assert.EndsWith("flow 'check b'", lines[2], StringComparison.Ordinal);
    }

    [Fact]
    public void What_the_names_of_runs_contain_cannot_control_the_terminal()
    {
        string hostile = "\u001b[2J\u001b]0;owned\u0007\u202e\r\nnext";
        WatchModel model = new()
        {
            Rows = [Row(hostile, input: hostile + "2", message: hostile) with { What = hostile }],
            Log = [hostile],
            Text = hostile,
            Note = null,
        };
        foreach (WatchMode mode in Enum.GetValues<WatchMode>())
        {
            Assert.All(Plain.Draw(model with { Mode = mode }, 400, 8), line => Assert.DoesNotContain(line, letter => char.IsControl(letter) || letter == '\u202e'));
        }
    }

    [Fact]
    public void Wide_letters_have_two_columns_and_are_not_divided()
    {
        var screen = new WatchScreen(static text => text.Length + text.Count(static letter => letter == '\u6771'), hasColours: false);
        WatchModel model = new() { Rows = [Row("\u6771\u6771\u6771\u6771\u6771\u6771")] };

        string line = screen.Draw(model, 35, 3)[1];

        Assert.Equal(">Running       1.500 s  flow '\u6771\u6771\u2026", line);
    }

    [Fact]
    public void Colours_are_around_the_state_and_take_no_room()
    {
        var screen = new WatchScreen(static text => text.Length);

        string line = screen.Draw(new() { Rows = [Row("main", StateType.Failed)] }, 30, 3)[1];

        Assert.Equal(">\u001b[31mFailed    \u001b[0m    1.500 s  flow \u2026", line);
    }

    [Fact]
    public void Before_a_row_is_chosen_the_screen_follows_the_work()
    {
        List<WatchRow> rows = [Row("main"), .. Enumerable.Range(1, 50).Select(i => Row($"sub-{i}", i <= 30 ? StateType.Completed : i == 31 ? StateType.Running : StateType.Completed, depth: 1))];

        Assert.Contains(Rows(new() { Rows = rows }), static line => line.Contains("'sub-31'", StringComparison.Ordinal));
        Assert.Equal(">Running       1.500 s  flow 'main'", Rows(new() { Rows = rows, Selected = rows[0].Id })[0]);
        Assert.StartsWith(">", Rows(new() { Rows = rows, Selected = rows[^1].Id })[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_around_a_run_that_fits_stay()
    {
        WatchModel model = new()
        {
            Rows =
            [
                Row("a"), Row("a-1", StateType.Completed, 1), Row("a-2", StateType.Completed, 1), Row("a-2-1", StateType.Failed, 2),
                Row("b", StateType.Completed), Row("b-1", StateType.Completed, 1),
            ],
        };

        Assert.Equal(["a", "a-2", "a-2-1"], Names(model with { Filter = WatchFilter.Failed }));
        Assert.Equal(["a"], Names(model with { Filter = WatchFilter.Unfinished }));
        Assert.Equal(["b", "b-1"], Names(model with { Text = "B-1" }));
        Assert.Equal(["No run fits."], Rows(model with { Text = "nothing" }));
        Assert.Contains("; only failed; with 'x'", Plain.Draw(model with { Filter = WatchFilter.Failed, Text = "x" }, 200, 5)[0], StringComparison.Ordinal);

        static string[] Names(WatchModel model) => [.. model.Shown.Select(row => row.Name)];
    }

    [Fact]
    public void The_chosen_run_stays_when_the_filter_no_longer_fits()
    {
        WatchModel model = new() { Rows = [Row("a"), Row("b", depth: 1), Row("c", depth: 1)], Filter = WatchFilter.Unfinished };
        model = model with { Selected = model.Rows[1].Id };

        model = model with { Rows = [model.Rows[0], model.Rows[1] with { Type = StateType.Completed, State = "Completed" }, model.Rows[2]] };

        Assert.Equal("b", model.Chosen!.Name);
        Assert.StartsWith("Log of flow 'b', Completed", Plain.Draw(model with { Mode = WatchMode.Log }, 60, 5)[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_log_shows_its_end_or_what_is_above_it()
    {
        WatchModel model = new() { Rows = [Row("main")], Mode = WatchMode.Log, Log = [.. Enumerable.Range(1, 20).Select(i => $"line {i}")] };

        Assert.Equal(["line 18", "line 19", "line 20"], Rows(model, height: 5));
        Assert.Equal(["line 16", "line 17", "line 18"], Rows(model with { LogBelow = 2 }, height: 5));
        Assert.Equal("Log of flow 'main', Running", Plain.Draw(model, 60, 5)[0]);
    }
}
