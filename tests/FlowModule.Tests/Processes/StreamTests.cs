using System.Management.Automation;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>Every record of every stream arrives unchanged, in order.</summary>
public sealed class StreamTests : SharedProcessTest
{
    private static readonly string[] Kinds = ["host", "warning", "verbose", "debug", "information", "error"];

    [Fact]
    public void Records_of_all_streams_arrive_in_order()
    {
        ScriptResult result = Run("""
            $all = Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {
                $VerbosePreference = $DebugPreference = $InformationPreference = 'Continue'
                foreach ($i in 1..20) {
                    Write-Host "host $i"; Write-Warning "warning $i"; Write-Verbose "verbose $i"; Write-Debug "debug $i"
                    Write-Information "information $i"; Write-Error "error $i"
                }
            } -InformationAction Continue -WarningAction Continue -Verbose -Debug *>&1
            $all | ForEach-Object { if ($_ -is [System.Management.Automation.ErrorRecord] -or $_ -isnot [FlowModule.FlowState]) { "$_" } }
            """).Clean();

        string[] lines = [.. result.Output.Cast<string>().Where(line => char.IsDigit(line[^1]))];
        Assert.Equal(
            Enumerable.Range(1, 20).SelectMany(i => Kinds.Select(kind => $"{kind} {i}")),
            lines);
    }

    [UnixOnlyFact]
    public void Nothing_ends_at_what_a_native_program_writes_to_stderr()
    {
        ScriptResult result = Run("$ErrorActionPreference = 'Stop'; Start-Subflow { sh -c 'echo note >&2'; 'after' } -Isolation Process | Receive-FlowResult; 'the end'");

        Assert.Null(result.Thrown);
        Assert.Equal(["after", "the end"], result.Output);
        Assert.Equal(["note"], result.Errors.Select(error => error.ToString()));
    }

    [Fact]
    public void Information_that_a_body_shows_is_shown_once()
    {
        ScriptResult result = Run("$null = Start-Subflow { Write-Information 'told' -InformationAction Continue; Write-Information 'untold' } -Isolation Process").Clean();

        Assert.Single(result.HostText.Split('\n'), line => line == "told");
        Assert.DoesNotContain("untold", result.HostText, StringComparison.Ordinal);
    }

    [Fact]
    public void Write_Host_keeps_its_colours_and_tags()
    {
        InformationRecord record = Assert.Single(
            Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Write-Host 'red' -ForegroundColor Red -BackgroundColor Blue -NoNewline }").Information, record => !record.Tags.Contains("FlowLog"));

        var message = Assert.IsType<HostInformationMessage>(record.MessageData);
        Assert.Equal(("red", ConsoleColor.Red, ConsoleColor.Blue, true), (message.Message, message.ForegroundColor, message.BackgroundColor, message.NoNewLine));
        Assert.Contains("PSHOST", record.Tags);
        Assert.NotEqual((uint)Environment.ProcessId, record.ProcessId);
    }

    [Fact]
    public void An_information_record_keeps_its_data_and_tags()
    {
        InformationRecord record = Assert.Single(
            Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Write-Information @{ n = 1 } -Tags a, b }").Information, record => record.Tags.Contains("a"));

        Assert.Equal(1, Assert.IsType<System.Collections.Hashtable>(record.MessageData is PSObject wrapped ? wrapped.BaseObject : record.MessageData)["n"]);
        Assert.Equal(["a", "b"], record.Tags);
    }

    [Fact]
    public void An_error_keeps_its_id_category_details_and_target()
    {
        ErrorRecord error = Run("""
            Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {
                $record = [System.Management.Automation.ErrorRecord]::new([InvalidOperationException]::new('bad'), 'MyId', 'InvalidData', 'target')
                $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('details')
                $record.CategoryInfo.Activity = 'acting'
                $PSCmdlet.WriteError($record)
            }
            """.Replace("$PSCmdlet.WriteError($record)", "Write-Error -ErrorRecord $record", StringComparison.Ordinal)).OnlyError;

        Assert.StartsWith("MyId", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Equal(ErrorCategory.InvalidData, error.CategoryInfo.Category);
        Assert.Equal("InvalidOperationException", error.CategoryInfo.Reason);
        Assert.Equal("details", error.ErrorDetails.Message);
        Assert.Equal("target", error.TargetObject);
        Assert.Equal("bad", error.Exception.Message);
        var remote = Assert.IsType<RemoteException>(error.Exception);
        Assert.Contains("Deserialized.System.InvalidOperationException", remote.SerializedRemoteException.TypeNames);
    }

    [Fact]
    public void An_error_names_its_own_file_and_line()
    {
        string file = Folder.Write("flow.ps1", """
            param($Isolation = 'Process')
            # a line before
            function Test-It {
                throw 'from the function'
            }

            Start-Subflow -Parallel -ThrottleLimit 2 { 'first'
                Write-Error 'written'
                Test-It
            } -Isolation $Isolation
            """);
        ScriptResult result = Run($". '{file}'");
        ScriptResult here = Run($". '{file}' -Isolation Runspace");

        Assert.Equal(here.Errors.Select(Place), result.Errors.Select(Place));
        ErrorRecord thrown = result.Errors[1];
        Assert.Equal((file, 4), (thrown.InvocationInfo.ScriptName, thrown.InvocationInfo.ScriptLineNumber));
        Assert.Contains($"{file}: line 4", thrown.ScriptStackTrace, StringComparison.Ordinal);
        Assert.Equal("Flow run encountered an exception. RuntimeException: from the function", result.State.Message);

        static string Place(ErrorRecord error) => $"{error.InvocationInfo.PositionMessage} {error.InvocationInfo.Line} {error.ScriptStackTrace}";
    }

    [Fact]
    public void Written_errors_count_once_and_name_their_run()
    {
        ScriptResult result = Run("5 | Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 (New-Flow f { Write-Error one; Write-Error two } -FailOnError)");

        Assert.Equal((StateType.Failed, "2 errors were written.", 2), (result.State.Type, result.State.Message, result.State.Run.ErrorCount));
        Assert.Equal("f", Note(result.Errors[0], "FlowName"));
        Assert.Equal(5, Note(result.Errors[0], "FlowInput"));
        Assert.Same(result.State.Run, Note(result.Errors[0], "FlowRun"));
    }

    [Fact]
    public void An_error_of_a_subflow_in_the_other_process_is_that_subflows()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { 7 | Start-Subflow (New-Flow inner { Write-Error bad }) | Out-Null }");

        ErrorRecord error = Assert.Single(result.Errors);
        Assert.Equal("inner", Note(error, "FlowName"));
        Assert.Equal(7, Note(error, "FlowInput"));
        Assert.Equal(0, result.State.Run.ErrorCount);
    }

    [Fact]
    public void Progress_is_shown_under_the_parents_bar()
    {
        var records = new List<ProgressRecord>();
        using var shell = PowerShell.Create(Session.Runspace);
        shell.AddScript("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { Write-Progress -Activity 'work' -Status 'half' -PercentComplete 50 }");
        shell.Streams.Progress.DataAdded += (sender, e) => records.Add(((PSDataCollection<ProgressRecord>)sender!)[e.Index]);
        shell.Invoke();

        ProgressRecord record = Assert.Single(records, record => record.PercentComplete == 50);
        Assert.Equal(("work", "half"), (record.Activity, record.StatusDescription));
    }

    [Fact]
    public void What_is_written_past_the_streams_is_given_as_lines_and_harms_nothing()
    {
        ScriptResult result = Run("""
            1..3 | Start-Subflow -Parallel -Isolation Process {
                [Console]::WriteLine("console $_"); [Console]::Error.WriteLine("error $_"); [Console]::Write("open $_")
                $_
            } -ThrottleLimit 1
            """).Clean();

        Assert.Equal([1, 2, 3], result.States.Select(state => (int)state.Result!));
        Assert.Equal(
            Enumerable.Range(1, 3).SelectMany(i => new[] { $"console {i}", $"error {i}", $"open {i}" }).Order(),
            result.Lines.Order());
    }

    [Fact]
    public void A_body_that_redirects_the_console_is_waited_for_all_the_same()
    {
        ScriptResult result = Run("""
            1..2 | Start-Subflow -Parallel -Isolation Process { [Console]::WriteLine("before $_"); [Console]::SetOut([System.IO.TextWriter]::Null); [Console]::WriteLine('nowhere'); $_ } -ThrottleLimit 1
            """).Clean();

        Assert.Equal(2, result.States.Length);
        Assert.Contains("before 1", result.Lines);
    }

    [Fact]
    public void A_native_programs_output_is_the_bodys() =>
        Assert.Equal("hello", Result("{ /bin/echo hello }"));

    [Fact]
    public void What_a_script_writes_to_its_host_is_given_as_lines() =>
        Assert.Equal(["to the host"], Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { $Host.UI.WriteLine('to the host') }").Clean().Lines);

    [Fact]
    public void Ten_thousand_records_arrive()
    {
        ScriptResult result = Run("Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 { foreach ($i in 1..10000) { Write-Host $i } }").Clean();

        Assert.Equal(Enumerable.Range(1, 10_000).Select(i => $"{i}"), result.Lines);
    }
}
