using System.Globalization;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.States;

public sealed class StateTextTests
{
    private FlowRun _run = new TestFlow().Run();

    private string Text(string format, StateType type, string? message = null, string? name = null) =>
        string.Format(CultureInfo.InvariantCulture, $"{{0:{format}}}", new FlowState(_run, type, default, name, message));

    [Fact]
    public void A_state_formats_itself_as_the_columns_of_its_table()
    {
        Assert.Equal(_run.FlowName, Text("flow", StateType.Completed));
        Assert.Equal(_run.Name, Text("run", StateType.Completed));
        Assert.Equal("0.000 s", Text("duration", StateType.Completed));
        Assert.Equal($"{_run.Name,-18} {"",-8} Cached.", Text("run", StateType.Completed, "Cached."));
        Assert.Equal(new FlowState(_run, StateType.Completed, default).ToString(), Text("", StateType.Completed));
    }

    [Theory]
    [InlineData(StateType.Completed, "\u001b[32mCompleted\u001b[0m")]
    [InlineData(StateType.Cancelled, "\u001b[33mCancelled\u001b[0m")]
    [InlineData(StateType.Failed, "\u001b[31mFailed\u001b[0m")]
    [InlineData(StateType.Crashed, "\u001b[31mCrashed\u001b[0m")]
    [InlineData(StateType.Running, "Running")]
    public void The_name_has_the_colour_of_how_the_run_ended(StateType type, string text) => Assert.Equal(text, Text("state", type));

    [Theory]
    [InlineData("Flow run encountered an exception. RuntimeException: it\n  broke", "RuntimeException: it broke")]
    [InlineData("Task run encountered an exception. X: y", "X: y")]
    [InlineData("1/4 states failed.", "1/4 states failed.")]
    public void A_message_is_one_line_and_does_not_repeat_that_it_failed(string message, string text) =>
        Assert.Equal($"{_run.Name,-18} {"",-8} {text}", Text("run", StateType.Failed, message));

    [Theory]
    [InlineData("happy-cat", "host-50", "happy-cat          host-50  Cached.")]
    [InlineData("happy-cat", "one that is longer", "happy-cat          one that is longer Cached.")]
    [InlineData("check host-50 today, please", "HOST-50", "check host-50 today, please          Cached.")]
    [InlineData("check-b", "b", "check-b                     Cached.")]
    [InlineData("cosmic-buzzard", "b", "cosmic-buzzard     b        Cached.")]
    [InlineData("check 15", "5", "check 15           5        Cached.")]
    [InlineData("host7", "7", "host7                       Cached.")]
    [InlineData("happy-fox", "", "happy-fox                   Cached.")]
    [InlineData("check 15 and 5", "5", "check 15 and 5              Cached.")]
    [InlineData("happy-fox", "fox", "happy-fox          fox      Cached.")]
    [InlineData("etl-2026-12-01", "12", "etl-2026-12-01     12       Cached.")]
    [InlineData("etl-10.0.0.5", "5", "etl-10.0.0.5       5        Cached.")]
    [InlineData("etl-10.0.0.5", "10.0.0.5", "etl-10.0.0.5                Cached.")]
    [InlineData("t-1", "1", "t-1                         Cached.")]
    public void The_input_has_a_column_unless_the_name_says_it(string name, string input, string text)
    {
        _run = new TestFlow(input: input).Run(runName: name);

        Assert.Equal(text, Text("run", StateType.Completed, "Cached."));
        Assert.Equal(text[..^" Cached.".Length].TrimEnd(), Text("run", StateType.Completed));
    }

    [Theory]
    [InlineData("t", "t-1", "1", "t-1 (1)")]
    [InlineData("copy a", "copy a-12", "a", "copy a-12 (a)")]
    [InlineData("t", "job-1", "1", "job-1")]
    [InlineData("t", "t-web1", "web1", "t-web1")]
    [InlineData("t", "t", "t", "t")]
    public void The_number_of_a_task_does_not_say_its_input(string task, string name, string input, string label)
    {
        _run = new TestFlow(task, input).Run(runName: name, isTask: true);

        Assert.Equal(label, RunLabel.Of(_run));
        Assert.Equal($"{name,-18} {(label == name ? "" : input),-8} Cached.", Text("run", StateType.Completed, "Cached."));
    }

    [Fact]
    public void Another_format_is_none() => Assert.Throws<FormatException>(() => Text("nosuch", StateType.Completed));
}
