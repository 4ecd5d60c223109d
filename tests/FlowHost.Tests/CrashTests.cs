using FlowModule.FlowHost.Tests.Support;
using Microsoft.Data.Sqlite;

namespace FlowModule.FlowHost.Tests;

/// <summary>Processes that die during their runs, from the view of other processes.</summary>
public sealed class CrashTests : IDisposable
{
    private const int SqliteBusy = 5;

    private readonly ScriptFolder _folder = new();

    private string Home => _folder.PathOf("home");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_runs_of_a_process_that_was_killed_are_Crashed_and_the_hook_is_called_once_however_many_look_at_once()
    {
        string call = _folder.PathOf("call-").Replace("'", "''", StringComparison.Ordinal);
        // A returned state is on disk, and everything before it.
        string night = _folder.Add($$"""
            New-Flow night { Start-Subflow { } | Out-Null; Write-Host 'ready'; 1..2 | Start-Subflow { Start-Sleep 3600 } } -RunName 'the-night-run' -OnCrash {
                param($Flow, $Run, $State)
                [IO.File]::WriteAllText('{{call}}' + [guid]::NewGuid(), "$($Flow.Name) $($Run.Name) $($State.Name) $($_.Name) $($FlowRun.Kind)")
            } | Invoke-Flow
            """, "night.ps1");
        string look = _folder.Add("""
            'here'
            while (-not [IO.File]::Exists("$PSScriptRoot/go")) { Start-Sleep -Milliseconds 20 }
            Invoke-Flow { } -InformationAction Ignore | Out-Null
            """, "look.ps1");
        using FlowProcess killed = FlowProcess.StartScriptAt(Home, night);
        killed.WaitForLines("ready");
        killed.Kill();

        FlowProcess[] lookers = [.. Enumerable.Range(0, 5).Select(_ => FlowProcess.StartScriptAt(Home, look))];
        Array.ForEach(lookers, looker => looker.WaitForLines("here"));
        File.WriteAllText(_folder.PathOf("go"), string.Empty);
        Assert.All(lookers, looker =>
        {
            FlowResult result = looker.WaitForExit();
            Assert.Equal((0, "here", string.Empty), (result.ExitCode, result.Output, result.Error));
        });
        Array.ForEach(lookers, looker => looker.Dispose());

        string told = Assert.Single(Directory.GetFiles(Path.GetDirectoryName(call)!, "call-*"));
        Assert.Equal("night the-night-run Crashed Crashed Flow", File.ReadAllText(told));
        Assert.Matches(
            $@"^Run 'the-night-run' of 'night' is not running: it ended Crashed at [0-9: -]+: Process {killed.Id} \(started [0-9: -]+\) died before the run had ended\.",
            WhyNotStopped("the-night-run"));
    }

    [UnixFact]
    public void A_process_that_stands_still_is_not_dead_and_goes_on_later()
    {
        // A returned state is on disk, and everything before it. Write-Host would write more to the history.
        string path = _folder.Add("""
            New-Flow long { Start-Subflow { } | Out-Null; [Console]::Out.WriteLine('ready'); while (-not [IO.File]::Exists("$PSScriptRoot/go")) { Start-Sleep -Milliseconds 20 }; 'done' } -RunName 'the-long-run' |
                Invoke-Flow | Receive-FlowResult
            """, "long.ps1");
        using FlowProcess halted = FlowProcess.StartScriptAt(Home, path);
        halted.WaitForLines("ready");
        halted.Halt();

        // During a write, the halted process would block the others, which this test is not about.
        while (!CanWriteHistory())
        {
            halted.GoOn();
            CanWriteHistory();
            halted.Halt();
        }

        FlowResult look = Run("Stop-FlowRun the-long-run -WhatIf");
        Assert.Contains($"long 'the-long-run' in process {halted.Id}", look.Output, StringComparison.Ordinal);
        File.WriteAllText(_folder.PathOf("go"), string.Empty);
        halted.GoOn();

        FlowResult result = halted.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("done", result.Lines);
        Assert.Contains("it ended Completed", WhyNotStopped("the-long-run"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_that_leaves_a_run_behind_and_ends_is_told_apart_from_a_crash_of_its_process()
    {
        string path = _folder.Add("""
            $job = New-Flow left { try { Start-Sleep 3600 } finally { [Threading.Thread]::Sleep(-1) } } -RunName 'left-run' | Invoke-Flow -AsJob
            while (-not [FlowModule.FlowRuns]::Active) { Start-Sleep -Milliseconds 10 }
            [Environment]::Exit(0)
            """, "left.ps1");
        using FlowProcess leaving = FlowProcess.StartScriptAt(Home, path);
        leaving.WaitForExit();

        Assert.Matches(
            $@"it ended Crashed at [0-9: -]+: Process {leaving.Id} \(started [0-9: -]+\) ended at [0-9: -]+ before the run had ended",
            WhyNotStopped("left-run"));
    }

    private bool CanWriteHistory()
    {
        using var connection = new SqliteConnection($"Data Source={Path.Combine(Home, "history.db")};Pooling=false;Default Timeout=1");
        connection.Open();
        using SqliteCommand command = connection.CreateCommand();
        command.CommandText = "BEGIN IMMEDIATE; ROLLBACK";
        try
        {
            command.ExecuteNonQuery();
            return true;
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode == SqliteBusy)
        {
            return false;
        }
    }

    private string WhyNotStopped(string run) => Run($"try {{ Stop-FlowRun {run} -ErrorAction Stop }} catch {{ $_.Exception.Message }}").Output;

    private FlowResult Run(string script)
    {
        using FlowProcess process = FlowProcess.StartScriptAt(Home, _folder.Add(script, "other.ps1"));
        return process.WaitForExit();
    }
}
