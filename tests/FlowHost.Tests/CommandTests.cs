using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class CommandTests
{
    [Fact]
    public void Code_is_run_with_the_module()
    {
        FlowResult result = FlowProcess.Invoke(["command", "(Invoke-Flow (New-Flow f { 40 + 2 }) -InformationAction Ignore).Result"]);

        Assert.Equal((0, "42"), (result.ExitCode, result.Output));
    }

    [Theory]
    [InlineData(0, "'ok'")]
    [InlineData(7, "exit 7")]
    [InlineData(1, "throw 'no'")]
    [InlineData(1, "Invoke-Flow (New-Flow f { throw 'no' }) -ErrorAction Ignore")]
    public void The_exit_code_is_that_of_a_script(int expected, string code) =>
        Assert.Equal(expected, FlowProcess.Invoke(["command", code]).ExitCode);

    [Theory]
    [InlineData("'ran'; if (1 {")]
    [InlineData("'ran'; foo (")]
    public void Code_that_does_not_parse_is_bad_input_and_runs_nothing(string code)
    {
        FlowResult result = FlowProcess.Invoke(["command", code]);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("flow: line 1: ", result.Error, StringComparison.Ordinal);
    }
}
