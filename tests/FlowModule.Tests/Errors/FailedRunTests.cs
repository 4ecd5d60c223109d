using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Errors;

/// <summary>A failed run writes one error: the original one, with its original position, and the run attached.</summary>
public sealed class FailedRunTests : FlowTest
{
    public static TheoryData<string> Ways => ["Invoke-Flow", "Start-Subflow", "Start-Subflow -Parallel"];

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_error_is_the_original_at_its_file_and_line(string way)
    {
        string file = Folder.Write("flow.ps1", $$"""
            $flow = New-Flow nightly {
                $null = 1
                throw [System.IO.InvalidDataException]::new('bad data')
            }
            $flow | {{way}}
            """);
        ScriptResult result = Run($"& '{file}'");
        ErrorRecord error = result.OnlyError;
        Assert.IsType<InvalidDataException>(error.Exception);
        Assert.Equal(file, error.InvocationInfo.ScriptName);
        Assert.Equal(3, error.InvocationInfo.ScriptLineNumber);
        Assert.Contains("flow.ps1: line 3", error.ScriptStackTrace, StringComparison.Ordinal);
        Assert.Equal("nightly", Note(error, "FlowName"));
        Assert.Same(result.State.Run, Note(error, "FlowRun"));
        Assert.Equal("Flow run encountered an exception. InvalidDataException: bad data", result.State.Message);
        Assert.Equal(error.Exception, Assert.IsType<ErrorRecord>(result.State.Error).Exception);
    }

    [Theory]
    [InlineData("Start-Subflow")]
    [InlineData("Start-Subflow -Parallel")]
    public void The_error_tells_the_input(string way)
    {
        ScriptResult result = Run($"1, 2, 3 | {way} {{ if ($_ -eq 2) {{ throw 'two' }} }}");
        Assert.Equal($"[{result.States.Single(state => state.IsFailure).Run.Name} (2)] two", result.OnlyError.ToString());
        Assert.Equal("two", result.OnlyError.Exception.Message);
        Assert.Equal(2, Note(result.OnlyError, "FlowInput"));
        Assert.Equal("scriptblock", Note(result.OnlyError, "FlowName"));
        Assert.Equal(3, result.States.Length);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void Success_is_false_after_a_failed_run_and_true_after_a_good_one(string way) =>
        Assert.Equal([false, true], Run($"{{ throw 'x' }} | {way} | Out-Null; $?; {{ 1 }} | {way} | Out-Null; $?").Output);

    [Theory]
    [MemberData(nameof(Ways))]
    public void ErrorAction_Stop_can_be_caught(string way)
    {
        ScriptResult result = Run($"try {{ {{ throw 'x' }} | {way} -ErrorAction Stop; 'on' }} catch {{ \"caught $_\" }}").Clean();
        Assert.Equal("caught x", result.Output[^1]);
        Assert.DoesNotContain("on", result.Output);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_callers_preference_Stop_can_be_caught(string way) =>
        Assert.Equal("caught x", Run($"$ErrorActionPreference = 'Stop'; try {{ {{ throw 'x' }} | {way} | Out-Null; 'on' }} catch {{ \"caught $_\" }}").Clean().Output[^1]);

    [Theory]
    [MemberData(nameof(Ways))]
    public void ErrorVariable_holds_the_error_once(string way) =>
        Assert.Equal(["1", "x"], Run($"{{ throw 'x' }} | {way} -ErrorVariable failures -ErrorAction SilentlyContinue | Out-Null; \"$($failures.Count)\"; \"$($failures[0])\"").Clean().Output);

    [Theory]
    [MemberData(nameof(Ways))]
    public void The_session_remembers_the_error_once(string way) =>
        Assert.Equal("1", Run($"$Error.Clear(); {{ throw 'x' }} | {way} 2>&1 | Out-Null; \"$($Error.Count)\"").Output[^1]);

    [Theory]
    [InlineData("throw 'text'", "text", "RuntimeException", "text")]
    [InlineData("throw [System.InvalidOperationException]::new('bad')", "bad", "InvalidOperationException", "bad")]
    [InlineData("throw 42", "42", "RuntimeException", "42")]
    [InlineData("throw", "ScriptHalted", "RuntimeException", "ScriptHalted")]
    [InlineData("1 / 0", "Attempted to divide by zero.", "RuntimeException", "RuntimeException")]
    [InlineData("Get-NoSuchCommand", null, "CommandNotFoundException", "CommandNotFoundException")]
    [InlineData("[int]::Parse('x')", null, "MethodInvocationException", "FormatException")]
    [InlineData("$null.Method()", null, "RuntimeException", "InvokeMethodOnNull")]
    [InlineData("[nosuch.type]::new()", null, "RuntimeException", "TypeNotFound")]
    [InlineData("Get-Command nosuch -ErrorAction Stop", null, "CommandNotFoundException", "CommandNotFoundException,Microsoft.PowerShell.Commands.GetCommandCommand")]
    [InlineData("Write-Error 'bad' -ErrorAction Stop", "bad", "WriteErrorException", "Microsoft.PowerShell.Commands.WriteErrorException")]
    [InlineData("$ErrorActionPreference = 'Stop'; Write-Error 'bad'", "bad", "WriteErrorException", "Microsoft.PowerShell.Commands.WriteErrorException")]
    [InlineData("function f { [CmdletBinding()] param() $PSCmdlet.ThrowTerminatingError([System.Management.Automation.ErrorRecord]::new([Exception]::new('own'), 'OwnId', 'InvalidData', 7)) }; f", "own", "Exception", "OwnId,f")]
    public void Whatever_ends_the_body_fails_the_run(string body, string? message, string type, string id)
    {
        foreach (string way in new[] { "Invoke-Flow", "Start-Subflow", "Start-Subflow -Parallel" })
        {
            ScriptResult result = Run($"{{ {body}; $global:reached = 1; 'reached' }} | {way}");
            Assert.Equal(StateType.Failed, result.State.Type);
            Assert.Null(result.State.Result);
            ErrorRecord error = result.OnlyError;
            Assert.Equal(type, error.Exception.GetType().Name);
            Assert.Equal(id, error.FullyQualifiedErrorId);
            if (message is not null)
            {
                Assert.Equal(message, error.ToString());
            }

            Assert.Equal($"Flow run encountered an exception. {type}: {error.Exception.Message}", result.State.Message);
        }
    }

    [Fact]
    public void The_thrown_object_is_the_errors_target() =>
        Assert.Equal(42, Run("{ throw 42 } | Start-Subflow -Parallel").OnlyError.TargetObject is PSObject wrapped ? wrapped.BaseObject : Run("{ throw 42 } | Start-Subflow -Parallel").OnlyError.TargetObject);

    [Fact]
    public void An_error_in_a_function_tells_the_functions_line()
    {
        string file = Folder.Write("flow.ps1", """
            function Invoke-Bad {
                throw 'deep'
            }
            { Invoke-Bad } | Start-Subflow -Parallel
            """);
        ErrorRecord error = Run($"& '{file}'").OnlyError;
        Assert.Equal(2, error.InvocationInfo.ScriptLineNumber);
        Assert.Contains("Invoke-Bad, " + file + ": line 2", error.ScriptStackTrace, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public void What_the_body_catches_fails_nothing(string way) =>
        Assert.Equal("caught", Value($"{{ try {{ throw 'x' }} catch {{ 'caught' }} }} | {way} | Receive-FlowResult"));

    [Theory]
    [MemberData(nameof(Ways))]
    public void Finally_and_clean_blocks_run(string way) =>
        Assert.Equal(["finally", "clean"], Run($"{{ begin {{ }} end {{ try {{ throw 'x' }} finally {{ Write-Host finally }} }} clean {{ Write-Host clean }} }} | {way}").Lines);
}
