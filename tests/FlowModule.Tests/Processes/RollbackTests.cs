using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

public sealed class RollbackTests : ProcessTest
{
    [Fact]
    public void A_rollback_inside_of_the_process_is_called_when_its_run_fails()
    {
        string file = Path.Combine(Folder.FullPath, "undone.txt");
        ScriptResult result = Run($$"""
            { Invoke-FlowTask step { 1 } -OnRollback { [System.IO.File]::WriteAllText('{{file}}', 'undone') }; throw 'late' } | Start-Subflow -Isolation Process -ErrorAction SilentlyContinue
            """);

        Assert.Equal(StateType.Failed, result.State.Type);
        Assert.Equal("undone", File.ReadAllText(file));
    }

    [Theory]
    [InlineData("throw 'late'", "Flow run encountered an exception. RuntimeException: late. ")]
    [InlineData("Stop-FlowRun -InputObject $FlowRun; Start-Sleep 600", "Stopped by Stop-FlowRun. ")]
    public void One_that_fails_in_the_process_is_said_in_the_message_of_the_run(string end, string message) =>
        Assert.Equal(message + "1 of 1 rollbacks failed: task run 'step-0'.", Run($$"""
            { Invoke-FlowTask step { 1 } -OnRollback { throw 'bad undo' }; {{end}} } | Start-Subflow -Isolation Process -ErrorAction SilentlyContinue
            """).State.Message);

    [Fact]
    public void One_that_cannot_be_called_later_is_told_of() =>
        Assert.Contains("will not be rolled back", Assert.Single(Run("""
            New-Flow outer { { Invoke-FlowTask step { 1 } -OnRollback { } } | Start-Subflow -Isolation Process } | Invoke-Flow
            """).Clean().Warnings), StringComparison.Ordinal);
}
