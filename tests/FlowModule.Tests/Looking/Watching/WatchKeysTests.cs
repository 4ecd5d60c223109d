using FlowModule.Lookup.Watching;
using static FlowModule.Tests.Looking.Watching.WatchRows;

namespace FlowModule.Tests.Looking.Watching;

public sealed class WatchKeysTests
{
    private WatchModel _model = new() { Rows = [Row("a"), Row("b", StateType.Completed, 1), Row("c", depth: 1)] };

    private WatchRequest Press(params ConsoleKey[] keys)
    {
        WatchRequest request = WatchRequest.None;
        foreach (ConsoleKey key in keys)
        {
            (_model, request) = WatchKeys.Press(_model, new ConsoleKeyInfo('\0', key, shift: false, alt: false, control: false), page: 10);
        }

        return request;
    }

    private WatchRequest Type(string text)
    {
        WatchRequest request = WatchRequest.None;
        foreach (char letter in text)
        {
            (_model, request) = WatchKeys.Press(_model, new ConsoleKeyInfo(letter, ConsoleKey.NoName, shift: false, alt: false, control: false), page: 10);
        }

        return request;
    }

    [Fact]
    public void Arrows_choose_a_run_and_stay_in_the_tree()
    {
        Press(ConsoleKey.DownArrow);
        Assert.Equal("b", _model.Chosen!.Name);
        Press(ConsoleKey.End, ConsoleKey.DownArrow);
        Assert.Equal("c", _model.Chosen!.Name);
        Press(ConsoleKey.UpArrow);
        Assert.Equal("b", _model.Chosen!.Name);
        Press(ConsoleKey.Home, ConsoleKey.UpArrow);
        Assert.Equal("a", _model.Chosen!.Name);
        Press(ConsoleKey.PageDown);
        Assert.Equal("c", _model.Chosen!.Name);
    }

    [Fact]
    public void The_filter_goes_round_and_Escape_clears_it_before_it_ends_the_view()
    {
        Type("f");
        Assert.Equal(WatchFilter.Unfinished, _model.Filter);
        Type("f");
        Assert.Equal(WatchFilter.Failed, _model.Filter);
        Assert.Equal(WatchRequest.None, Press(ConsoleKey.Escape));
        Assert.Equal(WatchFilter.All, _model.Filter);
        Assert.Equal(WatchRequest.Quit, Press(ConsoleKey.Escape));
        Assert.Equal(WatchRequest.Quit, Type("q"));
    }

    [Fact]
    public void A_search_takes_all_letters_until_Enter_or_Escape()
    {
        Assert.Equal(WatchRequest.None, Type("/qsf"));
        Assert.Equal((WatchMode.Search, "qsf"), (_model.Mode, _model.Text));
        Press(ConsoleKey.Backspace, ConsoleKey.Enter);
        Assert.Equal((WatchMode.Tree, "qs"), (_model.Mode, _model.Text));
        Type("/x");
        Press(ConsoleKey.Escape);
        Assert.Equal((WatchMode.Tree, string.Empty), (_model.Mode, _model.Text));
    }

    [Fact]
    public void A_search_or_a_filter_chooses_a_run_that_it_finds_and_keeps_a_choice_that_it_finds()
    {
        Press(ConsoleKey.DownArrow);
        Type("/running");
        Assert.Equal(["a", "c"], _model.Shown.Select(static row => row.Name));
        Assert.Equal("a", _model.Chosen!.Name);
        Press(ConsoleKey.Escape, ConsoleKey.DownArrow, ConsoleKey.DownArrow);
        Type("/running");
        Assert.Equal("c", _model.Chosen!.Name);
        Press(ConsoleKey.Escape);
        Type("f");
        Assert.Equal("c", _model.Chosen!.Name);
        Type("f");
        Assert.Null(_model.Chosen);
    }

    [Fact]
    public void A_filter_alone_chooses_nothing()
    {
        Type("f");
        Assert.Null(_model.Selected);
    }

    [Fact]
    public void A_log_is_opened_scrolled_and_closed()
    {
        Press(ConsoleKey.DownArrow);
        Assert.Equal(WatchRequest.OpenLog, Press(ConsoleKey.Enter));
        Assert.Equal(WatchMode.Log, _model.Mode);
        _model = _model with { Log = [.. Enumerable.Range(0, 30).Select(static i => $"{i}")] };

        Press(ConsoleKey.UpArrow, ConsoleKey.PageUp);
        Assert.Equal(11, _model.LogBelow);
        Press(ConsoleKey.Home);
        Assert.Equal(20, _model.LogBelow);
        Press(ConsoleKey.End);
        Assert.Equal(0, _model.LogBelow);
        Assert.Equal(WatchRequest.None, Press(ConsoleKey.Escape));
        Assert.Equal((WatchMode.Tree, "b"), (_model.Mode, _model.Chosen!.Name));
    }

    [Theory]
    [InlineData("y", true)]
    [InlineData("Y", true)]
    [InlineData("n", false)]
    [InlineData("q", false)]
    public void A_stop_is_asked_for_once_more(string answer, bool stops)
    {
        Type("s");
        Assert.Equal(WatchMode.Stop, _model.Mode);

        Assert.Equal(stops ? WatchRequest.Stop : WatchRequest.None, Type(answer));
        Assert.Equal(WatchMode.Tree, _model.Mode);
    }

    [Fact]
    public void A_run_that_has_ended_cannot_be_stopped()
    {
        Press(ConsoleKey.DownArrow);
        Type("s");

        Assert.Equal((WatchMode.Tree, "flow 'b' has ended."), (_model.Mode, _model.Note));
        Press(ConsoleKey.DownArrow);
        Assert.Null(_model.Note);
    }

    [Fact]
    public void Keys_without_a_run_do_nothing()
    {
        _model = new WatchModel();

        Press(ConsoleKey.DownArrow, ConsoleKey.Enter, ConsoleKey.PageUp);
        Type("sfl");

        Assert.Equal(WatchMode.Tree, _model.Mode);
    }
}
