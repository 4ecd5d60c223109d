using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

/// <summary>Get-FlowError: which run is the cause, and what explains it.</summary>
public sealed class GetFlowErrorTests : LookingTest
{
    private FlowError Error(string how = "") => Assert.IsType<FlowError>(Value($"Get-FlowError {how} -HistoryPath $history"));

    /// <summary>Runs a flow that may fail, silently.</summary>
    private void Invoke(string flow)
    {
        _ = File;
        Run($"{flow} | Invoke-Flow -HistoryPath $history -LogLevel None -ErrorAction Ignore");
    }

    [Fact]
    public void The_cause_is_the_first_to_fail_of_the_runs_that_a_parent_counts()
    {
        Invoke("""
            $load = New-Flow load { Invoke-FlowTask extract { if ($_ -ne 'a') { throw "no $_" } } -InputObject $_ } -RunName 'load {_}'
            New-Flow nightly { Write-Host 'before'; 'a', 'b', 'c' | Start-Subflow $load } -RunName 'last night'
            """);

        FlowError error = Error();

        Assert.Equal("nightly 'last night' > load 'load b' > extract-0", error.RunPath);
        Assert.Equal(["last night", "load b", "extract-0"], error.Path.Select(run => run.Name));
        Assert.Equal(("extract-0", "no b", "b", "Failed"), (error.Run.Name, error.Message, error.Input, error.State));
        Assert.Equal("System.Management.Automation.RuntimeException", error.ExceptionType);
        Assert.Equal(2, error.OtherFailures);
        Assert.Equal(["before"], error.Log.Select(line => line.Message));
        Assert.Equal("nightly 'last night' > load 'load b' > extract-0: no b", error.ToString());
    }

    [Fact]
    public void A_run_with_an_error_of_its_own_is_the_cause_whatever_failed_inside_before()
    {
        Invoke("New-Flow own { try { Invoke-FlowTask early { throw 'handled' } } catch { }; throw 'the end' }");
        Assert.Equal("the end", Error().Message);
        Assert.Equal("own", Error().Run.FlowName);
    }

    [Fact]
    public void A_failure_in_a_run_that_completed_is_the_last_failure_and_several_of_them_are_one()
    {
        Invoke("New-Flow before { throw 'old' }");
        Invoke("New-Flow partly { $null = 1..3 | Start-Subflow (New-Flow part { throw \"bad $_\" }) -ErrorAction Ignore; 'ok' } -RunName partly");

        Assert.Equal(["bad 1", "old"], Values("Get-FlowError -Newest 5 -HistoryPath $history").Cast<FlowError>().Select(error => error.Message));
        Assert.Equal(("bad 1", 2), (Error("partly").Message, Error("partly").OtherFailures));
    }

    [Fact]
    public void The_error_record_is_that_of_the_body_and_so_are_the_lines_of_its_script()
    {
        string script = Folder.Write("job.ps1", """
            New-Flow job {
                $ErrorActionPreference = 'Stop'

                # The third line.
                throw [InvalidOperationException]::new('broken', [IO.IOException]::new('disk'))
            }
            """);
        Session.Set("script", script);
        Invoke("& $script");

        FlowError error = Error();

        Assert.Equal(("broken", "System.InvalidOperationException", "System.IO.IOException: disk"), (error.Message, error.ExceptionType, error.InnerException));
        Assert.Equal((script, 5), (error.ScriptPath, error.ScriptLine));
        Assert.Equal(
            ["  2 |     $ErrorActionPreference = 'Stop'", "  3 |", "  4 |     # The third line.", "> 5 |     throw [InvalidOperationException]::new('broken', [IO.IOException]::new('disk'))", "  6 | }"],
            error.Script);
        Assert.Equal("broken", error.ErrorRecord!.FullyQualifiedErrorId);
        Assert.Equal("OperationStopped: (:) [], InvalidOperationException", error.ErrorRecord.CategoryInfo.ToString());
        Assert.StartsWith($"at <ScriptBlock>, {script}: line 5", error.ErrorRecord.ScriptStackTrace, StringComparison.Ordinal);
        Assert.Equal((script, 5), (error.ErrorRecord.InvocationInfo.ScriptName, error.ErrorRecord.InvocationInfo.ScriptLineNumber));
        Assert.Equal("    throw [InvalidOperationException]::new('broken', [IO.IOException]::new('disk'))", error.ErrorRecord.InvocationInfo.Line.TrimEnd());
    }

    [Fact]
    public void The_error_record_has_the_category_target_and_details_of_the_original()
    {
        Invoke("""
            New-Flow job {
                $record = [System.Management.Automation.ErrorRecord]::new([Exception]::new('no such thing'), 'ThingMissing', 'ObjectNotFound', 'thing 7')
                $record.ErrorDetails = [System.Management.Automation.ErrorDetails]::new('There is no thing 7.')
                throw $record
            }
            """);

        System.Management.Automation.ErrorRecord record = Error().ErrorRecord!;

        Assert.Equal(("ThingMissing", System.Management.Automation.ErrorCategory.ObjectNotFound, "thing 7"), (record.FullyQualifiedErrorId, record.CategoryInfo.Category, record.TargetObject));
        Assert.Equal("There is no thing 7.", record.ErrorDetails.Message);
    }

    [Fact]
    public void Lines_of_another_file_are_shown_while_it_has_not_changed()
    {
        string tool = Folder.Write("tool.ps1", "# One\nthrow 'from the tool'\n# Three");
        System.IO.File.SetLastWriteTimeUtc(tool, DateTime.UtcNow.AddDays(-1));
        Session.Set("tool", tool);
        Invoke("New-Flow job { & $tool }");
        Assert.Equal(["  1 | # One", "> 2 | throw 'from the tool'", "  3 | # Three"], Error().Script);

        System.IO.File.SetLastWriteTimeUtc(tool, DateTime.UtcNow.AddDays(1));
        Assert.Equal(["> 2 | throw 'from the tool'"], Error().Script);
    }

    [Fact]
    public void Secrets_are_masked_in_all_that_is_kept_of_an_error()
    {
        Invoke("""
            $flow = New-Flow job { param($Password) throw [Exception]::new("wrong: $Password", [Exception]::new("inside: $Password")) } -Secret Password
            $flow | Invoke-Flow -Parameters @{ Password = 'open sesame' } -HistoryPath $history -LogLevel None -ErrorAction Ignore; @()
            """);

        FlowError error = Error();

        Assert.DoesNotContain("sesame", string.Join('\n', error.Message, error.InnerException, error.ErrorRecord!.FullyQualifiedErrorId), StringComparison.Ordinal);
        Assert.StartsWith("wrong: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_timeout_is_explained_without_a_script()
    {
        Invoke("New-Flow slow { Start-Sleep 600 } -TimeoutSeconds 0.1 -RunName slow");

        FlowError error = Error();

        Assert.Equal(("slow", "TimedOut"), (error.Run.Name, error.State));
        Assert.Equal("FlowRunTimedOut", error.ErrorRecord!.FullyQualifiedErrorId);
    }

    [Fact]
    public void A_run_is_named_by_its_name_its_id_or_an_object_and_one_that_has_not_failed_is_an_error()
    {
        Invoke("New-Flow job { throw 'broken' } -RunName first");
        Invoke("New-Flow job { } -RunName second");
        string id = ((FlowRunRecord)Value("Get-FlowRun first -HistoryPath $history")!).Id.ToString();

        Assert.All(
            new[] { "first", "fir*", $"-Id {id}", "(Get-FlowRun first -HistoryPath $history)" },
            how => Assert.Equal("first", Error(how).Run.Name));
        Assert.Equal("broken", ((FlowError)Value("Get-FlowRun first -HistoryPath $history | Get-FlowError")!).Message);
        Assert.StartsWith("FlowRunNotFailed,", Run("Get-FlowError second -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.StartsWith("FlowRunNotFound,", Run("Get-FlowError third -HistoryPath $history").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Empty(Values("Get-FlowError third* -HistoryPath $history"));
    }

    [Fact]
    public void A_history_without_failures_has_nothing_to_show()
    {
        Invoke("New-Flow job { }");
        Assert.Empty(Values("Get-FlowError -HistoryPath $history"));
    }

    [Fact]
    public void The_view_shows_what_there_is()
    {
        Invoke("New-Flow job { throw 'broken' } -RunName view");
        string text = string.Join('\n', Values("Get-FlowError -HistoryPath $history | Out-String -Width 200"));
        Assert.Contains("Run        : job 'view'", text, StringComparison.Ordinal);
        Assert.Contains("Message    : ", text, StringComparison.Ordinal);
        Assert.Contains("broken", text, StringComparison.Ordinal);
        Assert.DoesNotContain("InnerException", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Input ", text, StringComparison.Ordinal);
    }
}
