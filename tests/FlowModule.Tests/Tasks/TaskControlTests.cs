using FlowModule.Tests.Support;

namespace FlowModule.Tests.Tasks;

/// <summary>exit, return, break and continue end a task's body, and nothing around it.</summary>
public sealed class TaskControlTests : FlowTest
{
    public static TheoryData<string> Places => ["& %body%", "Invoke-Flow %body% | Receive-FlowResult", "Start-Subflow %body% -Parallel | Receive-FlowResult"];

    [Theory]
    [MemberData(nameof(Places))]
    public void They_end_the_body_and_no_loop_around_it(string place) =>
        Assert.Equal([1, 2, "b", "c", "e", "l", 1, 2, "b", "c", "e", "l"], In(place, """
            :outer foreach ($i in 1, 2) {
                Invoke-FlowTask t { 1; return 2; 3 }
                Invoke-FlowTask t { 'b'; break; 3 }
                Invoke-FlowTask t { 'c'; continue; 3 }
                Invoke-FlowTask t { 'e'; exit 0; 3 }
                Invoke-FlowTask t { 'x'; break outer; 3 }
                'l'
            }
            """));

    [Theory]
    [MemberData(nameof(Places))]
    public void Exit_with_a_code_fails_the_task(string place) =>
        Assert.Equal(["FlowRunExited Task run exited with code 3.", "on"], In(place, """
            try { Invoke-FlowTask t { exit 3 } } catch { "$($_.FullyQualifiedErrorId.Split(',')[0]) $_" }
            'on'
            """));

    [Theory]
    [MemberData(nameof(Places))]
    public void Finally_and_clean_blocks_run(string place)
    {
        var log = new List<string>();
        Session.Set("log", log);
        Run(place.Replace("%body%", "{ Invoke-FlowTask t { begin { } end { try { throw 'x' } finally { $log.Add('finally') } } clean { $log.Add('clean') } } }", StringComparison.Ordinal));

        Assert.Equal(["finally", "clean"], log);
    }

    [Theory]
    [InlineData("1 / 0", "RuntimeException")]
    [InlineData("Get-NoSuchCommand", "CommandNotFoundException")]
    [InlineData("$null.Method()", "InvokeMethodOnNull")]
    [InlineData("Write-Error 'bad' -ErrorAction Stop", "Microsoft.PowerShell.Commands.WriteErrorException")]
    public void An_error_that_ends_a_statement_ends_the_task(string body, string id)
    {
        foreach (string way in new[] { "Invoke-FlowTask t $body", "Invoke-FlowTask t $body -TimeoutSeconds 60", "1 | Invoke-FlowTask t $body -Parallel", "Start-FlowTask t $body | Receive-FlowTask" })
        {
            Assert.Equal(id, Value($$"""
                Invoke-Flow { $body = { {{body}}; 'reached' }; try { {{way}} } catch { $_.FullyQualifiedErrorId.Split(',')[0] } } | Receive-FlowResult
                """));
        }
    }

    private object?[] In(string place, string body) => Values(place.Replace("%body%", $"{{ {body} }}", StringComparison.Ordinal));
}
