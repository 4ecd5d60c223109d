using FlowModule.Tests.Support;

namespace FlowModule.Tests.Resuming;

/// <summary>Flows that are created from the script in the history.</summary>
public class StoredFlowTests : ResumeTest
{
    private string WriteFile(string body, string functions = "function Get-Number { Get-Inner } function Get-Inner { 7 } function Get-Other { 8 }") => Folder.Write(
        "flow.ps1", $"{functions}\nNew-Flow {Unique} -RunName {Unique} {{\n{body}\n}} -Tag kept | Invoke-Flow\n");

    [Fact]
    public void A_flow_that_the_session_does_not_have_is_made_with_its_lines_and_the_functions_of_its_file()
    {
        string file = WriteFile("if (-not $log) { throw 'no log' }; $log.Add($MyInvocation.ScriptName); 1..2 | Start-Subflow -Parallel -Flow { Get-Number }; throw 'at its line'");
        using (FlowSession first = OtherSession())
        {
            first.Run($"& '{file}'");
        }

        TakeLog();
        ScriptResult again = Run($"Resume-FlowRun {Unique}");
        Assert.Equal((file, 3), (again.OnlyError.InvocationInfo.ScriptName, again.OnlyError.InvocationInfo.ScriptLineNumber));
        Assert.Empty(again.Warnings);
        Assert.Equal(["kept"], again.State.Run.Tag);
        Assert.Equal("at its line", again.OnlyError.Exception.Message);

        // Nothing of the file is left in the session.
        Assert.Equal(0, Value("@(Get-Command Get-Number, Get-Inner, Get-Other -ErrorAction Ignore).Count"));
    }

    [Fact]
    public void Functions_of_the_file_run_in_subflows_too()
    {
        string file = WriteFile("1..2 | Start-Subflow -Parallel -Flow { Get-Number }; if (-not $env:FLOW_TEST_GO) { throw 'no' }");
        using (FlowSession first = OtherSession())
        {
            first.Run($"& '{file}'");
        }

        // With other keys: the subflows of the new script run instead of being taken over.
        File.WriteAllText(file, File.ReadAllText(file));
        ScriptResult again = Run($$"""Restart-FlowRun {{Unique}}""");
        Assert.Equal("no", again.OnlyError.Exception.Message);
        ScriptResult number = Run($$"""Restart-FlowRun {{Unique}} -Flow { Get-Number }""");
        Assert.Equal("CommandNotFoundException", number.OnlyError.FullyQualifiedErrorId);
    }

    [Fact]
    public void Without_its_file_a_flow_runs_if_the_session_has_what_it_calls()
    {
        string file = WriteFile("Get-Number; throw 'no'");
        using (FlowSession first = OtherSession())
        {
            first.Run($"& '{file}'");
        }

        File.Delete(file);
        ScriptResult missing = Run($"Resume-FlowRun {Unique}");
        Assert.Equal("FlowCommandNotFound,FlowModule.Commands.ResumeFlowRunCommand", missing.OnlyError.FullyQualifiedErrorId);
        Assert.Contains("Get-Number", missing.OnlyError.ToString(), StringComparison.Ordinal);
        Assert.Equal("CommandNotFoundException", Run($"Resume-FlowRun {Unique} -Force").OnlyError.FullyQualifiedErrorId);
        ScriptResult found = Run($"function Get-Number {{ $log.Add('mine') }}; Resume-FlowRun {Unique}");
        Assert.Equal("no", found.OnlyError.Exception.Message);
        Assert.Equal(["mine"], TakeLog());
    }

    [Fact]
    public void A_flow_that_is_a_whole_file_is_one_again()
    {
        string file = Folder.Write("whole.ps1", "param($n)\n# A comment before the body.\n\"n is $n\"\nif ($n -ne 2) { throw 'no' }\nthrow 'two'\n");
        using (FlowSession first = OtherSession())
        {
            first.Run($"New-Flow {Unique} -Path '{file}' -RunName {Unique} | Invoke-Flow -Parameters @{{ n = 2 }}");
        }

        ScriptResult again = Run($"Resume-FlowRun {Unique}");
        Assert.Equal((file, 5), (again.OnlyError.InvocationInfo.ScriptName, again.OnlyError.InvocationInfo.ScriptLineNumber));
    }

    [Fact]
    public void That_the_sessions_flow_has_another_script_is_said()
    {
        Run($$"""New-Flow {{Unique}} -RunName {{Unique}} { throw 'old' } | Invoke-Flow""");
        ScriptResult resumed = Run($$"""New-Flow {{Unique}} { 'new' } | Out-Null; Resume-FlowRun {{Unique}}""").Clean();
        Assert.Contains("has changed", Assert.Single(resumed.Warnings), StringComparison.Ordinal);
        Assert.Equal("new", resumed.Result);
        ScriptResult restarted = Run($"Restart-FlowRun {Unique}").Clean();
        Assert.Contains("has changed", Assert.Single(restarted.Warnings), StringComparison.Ordinal);
    }
}
