using FlowModule.FlowHost.Tests.Support;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Processes that share a history on a PostgreSQL server.</summary>
public sealed class ServerHistoryTests : IDisposable
{
    private readonly ScriptFolder _folder = new();
    private string? _address;

    private string Start => $"$env:FLOW_HOME = $PSScriptRoot; $env:FLOW_HISTORY_URL = '{_address ??= PostgreSqlServer.Instance.NewAddress()}'; $env:FLOW_HISTORY = 'required'; $InformationPreference = 'Ignore';";

    private string Schema => _address!.Split("schema=")[1];

    public void Dispose() => _folder.Dispose();

    [PostgreSqlFact]
    public void A_run_that_was_killed_is_Crashed_for_another_process_which_resumes_it()
    {
        using FlowProcess killed = FlowProcess.StartScript(_folder.Add(Start + """
            New-Flow night {
                Invoke-FlowTask first { 'first' }
                if (-not [IO.File]::Exists("$PSScriptRoot/go")) { [Console]::Out.WriteLine('ready'); Start-Sleep 3600 }
                'second'
            } -RunName the-night-run | Invoke-Flow
            """, "night.ps1"));
        killed.WaitForLines("ready");
        killed.Kill();
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        FlowResult result = FlowProcess.Invoke(["run", _folder.Add(Start + """
            "$((Get-FlowRun the-night-run).State)"
            Resume-FlowRun the-night-run | Receive-FlowResult
            "$((Get-FlowRun the-night-run).State) $((Get-FlowRun -Parent the-night-run).State)"
            "$((Get-FlowHistory).RunCount) runs"
            """, "resume.ps1")]);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["Crashed", "first", "second", "Completed Completed", "2 runs"], result.Lines);
        Assert.Empty(Directory.GetFiles(_folder.PathOf(string.Empty), "history.db*"));
    }

    [PostgreSqlFact]
    public void Of_the_tasks_of_two_processes_never_more_run_at_once_than_the_limit_allows()
    {
        FlowResult made = FlowProcess.Invoke(["run", _folder.Add(Start + "$null = New-FlowLimit db -MaxConcurrency 1", "make.ps1")]);
        Assert.Equal((0, string.Empty), (made.ExitCode, made.Error));
        FlowProcess[] processes = [.. Enumerable.Range(0, 2).Select(number => FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            1..10 | Invoke-FlowTask work -Limit db -Parallel -ThrottleLimit 3 {
                $mine = try { [IO.File]::Open("$folder/slot", 'OpenOrCreate', 'ReadWrite', 'None') } catch [IO.IOException] { throw 'Two at once.' }
                try { Start-Sleep -Milliseconds 5; 'worked' } finally { $mine.Dispose() }
            }
            """, $"work-{number}.ps1")))];

        foreach (FlowProcess process in processes)
        {
            FlowResult result = process.WaitForExit();
            Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
            Assert.Equal(Enumerable.Repeat("worked", 10), result.Lines);
            process.Dispose();
        }
    }

    [PostgreSqlFact]
    public void A_restart_of_the_server_ends_no_run_and_repeats_none()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        _address = server.NewAddress();
        using FlowProcess runs = FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            New-Flow all {
                1..300 | Start-Subflow -Parallel -ThrottleLimit 4 {
                    [IO.File]::Open("$folder/ran-$_", 'CreateNew').Dispose()
                    while ($_ -eq 300 -and -not [IO.File]::Exists("$folder/go")) { Start-Sleep -Milliseconds 20 }
                }
            } | Invoke-Flow | ForEach-Object { "$($_.Message)" }
            """, "runs.ps1"));
        _folder.WaitFor("ran-50");
        server.Restart();
        _folder.WaitFor("ran-250");
        server.Restart();
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        FlowResult result = runs.WaitForExit();
        Assert.Equal(string.Empty, result.Error);
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(["All states completed."], result.Lines);
        Assert.Equal("301 5", server.Run($"SELECT string_agg(DISTINCT (SELECT count(*) FROM {Schema}.run) || ' ' || type, ', ') FROM {Schema}.run"));
    }

    [PostgreSqlFact]
    public void The_log_of_a_run_of_another_process_is_followed_to_its_end()
    {
        using FlowProcess writes = FlowProcess.StartScript(_folder.Add(Start + """
            New-Flow writes {
                Write-Warning 'line 1'
                [Console]::Out.WriteLine('ready')
                while (-not [IO.File]::Exists("$PSScriptRoot/go")) { Start-Sleep -Milliseconds 20 }
                2..200 | ForEach-Object { Write-Warning "line $_" }
            } -RunName the-run -WarningAction SilentlyContinue | Invoke-Flow -WarningAction SilentlyContinue
            """, "writes.ps1"));
        writes.WaitForLines("ready");
        using FlowProcess follows = FlowProcess.StartScript(_folder.Add(Start + """
            Get-FlowLog the-run -Follow -Level Warning | ForEach-Object { $_.Message; if ($_.Message -eq 'line 1') { [IO.File]::WriteAllText("$PSScriptRoot/go", '') } }
            """, "follows.ps1"));

        FlowResult followed = follows.WaitForExit();
        Assert.Equal((0, string.Empty), (followed.ExitCode, followed.Error));
        Assert.Equal(Enumerable.Range(1, 200).Select(number => $"line {number}"), followed.Lines);
        Assert.Equal(0, writes.WaitForExit().ExitCode);
    }

    [PostgreSqlFact]
    public void A_history_moves_to_the_server_and_back()
    {
        FlowResult result = FlowProcess.Invoke(["run", _folder.Add(Start + """
            $file = "$PSScriptRoot/history.db"
            New-Flow moves { Write-Warning 'line'; 'result' } -RunName the-run -WarningAction SilentlyContinue | Invoke-Flow -HistoryPath $file -WarningAction SilentlyContinue | Out-Null
            $server = Copy-FlowHistory $env:FLOW_HISTORY_URL -HistoryPath $file
            "$($server.RunCount) on the server: $((Get-FlowRun the-run).Result)"
            New-Flow next { 'next' } -RunName the-next-run | Invoke-Flow | Out-Null
            $back = Copy-FlowHistory "$PSScriptRoot/back.db"
            "$($back.RunCount) are back: $(Get-FlowRun -HistoryPath $back.Path | ForEach-Object Result)"
            Get-FlowLog the-run -HistoryPath $back.Path -Level Warning | ForEach-Object Message
            """, "moves.ps1")]);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["1 on the server: result", "2 are back: next result", "line"], result.Lines);
    }
}
