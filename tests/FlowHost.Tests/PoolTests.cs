using System.Runtime.InteropServices;
using FlowModule.FlowHost.Tests.Support;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>Workers of a queue, in processes of their own, over a PostgreSQL server.</summary>
public sealed class PoolTests : IDisposable
{
    private readonly ScriptFolder _folder = new();
    private readonly List<FlowProcess> _workers = [];
    private string? _address;

    private string Address => _address ??= PostgreSqlServer.Instance.NewAddress();

    private string Start => $"$env:FLOW_HOME = $PSScriptRoot; $env:FLOW_HISTORY_URL = '{Address}'; $InformationPreference = 'Ignore';";

    public void Dispose()
    {
        _workers.ForEach(static worker => worker.Dispose());
        _folder.Dispose();
    }

    [PostgreSqlFact]
    public void Subflows_run_on_two_workers_which_are_listed_and_drained_from_elsewhere()
    {
        Work("--queue", "etl", "--tag", "gpu,big", "--throttle", "1");
        Work("--queue", "etl", "--queue", "reports", "--throttle", "1");

        // Each waits for the other, so that both workers have one.
        FlowResult result = FlowProcess.Invoke(["run", _folder.Add(Start + """
            $folder = $PSScriptRoot
            $states = 1..2 | Start-Subflow {
                [IO.File]::WriteAllText("$folder/here-$_", '')
                while (-not [IO.File]::Exists("$folder/here-$(3 - $_)")) { Start-Sleep -Milliseconds 20 }
                $PID
            } -Parallel -Queue etl -KeepOrder
            "$($states.Name) $(($states.Result | Select-Object -Unique).Count) $(@($states.HostName -eq [Environment]::MachineName).Count)"
            (Start-Subflow { 'has it' } -Queue etl -RequireTag gpu | Receive-FlowResult)
            (New-Flow tagged { 'flow' } -Queue reports -Priority High | Invoke-Flow | Receive-FlowResult)
            Get-FlowWorker | Sort-Object { $_.Queue.Count } | ForEach-Object { "$($_.Queue) | $($_.Tag) | $($_.ThrottleLimit) $($_.Status)" }
            (TabExpansion2 'Start-Subflow { 1 } -Queue r' 28).CompletionMatches.CompletionText
            (TabExpansion2 'Stop-FlowWorker ' 16).CompletionMatches.Count
            Get-FlowWorker | Stop-FlowWorker -Drain
            """)]);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["Completed Completed 2 2", "has it", "flow", "etl | big gpu | 1 Ready", "etl reports |  | 1 Ready", "reports", "2"], result.Lines);
        Assert.All(_workers, static worker => Assert.Equal(0, worker.WaitForExit().ExitCode));
    }

    [PostgreSqlFact]
    public void A_worker_is_listed_with_the_runs_that_it_executes()
    {
        Work("--queue", "etl", "--throttle", "2");

        FlowResult result = FlowProcess.Invoke(["run", _folder.Add(Start + """
            $folder = $PSScriptRoot
            $null = New-Flow copy { while (-not [IO.File]::Exists("$folder/go")) { Start-Sleep -Milliseconds 20 } } -RunName 'copy {_}'
            $job = 'a', 'b' | Start-Subflow copy -Parallel -Queue etl -AsJob
            do { $worker = Get-FlowWorker } until ($worker.Run.Count -eq 2)
            "$(($worker.Run.Name | Sort-Object) -join ', ') $(@($worker.Run.Id).Count) $($worker.Run.State | Select-Object -Unique)"
            ($worker | Format-Table | Out-String -Width 80).Trim() -split '\r?\n' | Select-Object -Last 1 | ForEach-Object { $_.Substring(58) }
            ($worker | Format-List | Out-String).Contains('{copy ')
            [IO.File]::WriteAllText("$folder/go", '')
            $null = $job | Receive-Job -Wait -AutoRemoveJob
            "$((Get-FlowWorker).Run.Count) left"
            """)]);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["copy a, copy b 2 Running", "2     2    2 Ready", "True", "0 left"], result.Lines.Select(static line => line.Trim()));
    }

    [PostgreSqlFact]
    public void A_worker_that_is_killed_loses_no_subflow()
    {
        FlowProcess killed = Work("--queue", "etl", "--throttle", "1");
        using FlowProcess caller = FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            $state = Start-Subflow {
                if ([IO.File]::Exists("$folder/go")) { 'again' } else { [IO.File]::WriteAllText("$folder/here", ''); Start-Sleep 3600 }
            } -Parallel -Queue etl -WarningAction SilentlyContinue
            "$($state.Name) $($state.Result) $($state.Run.Attempt)"
            """));
        _folder.WaitFor("here");
        File.WriteAllText(_folder.PathOf("go"), string.Empty);
        Work("--queue", "etl", "--throttle", "1");

        killed.Kill();

        FlowResult result = caller.WaitForExit();
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["Completed again 1"], result.Lines);
    }

    [PostgreSqlFact]
    public void What_a_frozen_worker_says_late_is_not_shown_and_its_subflow_has_one_result()
    {
        PostgreSqlServer server = PostgreSqlServer.New();
        _address = server.NewAddress();
        FlowProcess frozen = Work("--queue", "etl", "--throttle", "1");
        string connections = server.Run("SELECT string_agg(pid::text, ',') FROM pg_stat_activity WHERE application_name = 'FlowModule'");
        using FlowProcess caller = FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            function Wait-File($name) { while (-not [IO.File]::Exists("$folder/$name")) { Start-Sleep -Milliseconds 20 } }
            $states = 1..2 | Start-Subflow {
                if ($_ -eq 2) { Wait-File gone; return 'second' }
                if ([IO.File]::Exists("$folder/here")) { [IO.File]::WriteAllText("$folder/again", ''); return 'again' }
                [IO.File]::WriteAllText("$folder/here", '')
                Wait-File again
                Write-Warning 'said late'
                [IO.File]::WriteAllText("$folder/late", '')
                'late'
            } -Parallel -Queue etl -ThrottleLimit 1 -KeepOrder -WarningAction SilentlyContinue -WarningVariable warnings
            $states | ForEach-Object { "$($_.Name) $($_.Result)" }
            "$(@($warnings -match 'said late').Count) $(@($warnings -match 'begins again').Count)"
            """));
        _folder.WaitFor("here");

        frozen.Halt();
        server.Run($"SELECT count(pg_terminate_backend(pid)) FROM unnest(ARRAY[{connections}]) AS pid");
        Work("--queue", "etl", "--throttle", "1");
        _folder.WaitFor("late");

        // All that it has to say it has said when it has ended.
        frozen.GoOn();
        frozen.Send(PosixSignal.SIGTERM);
        frozen.WaitForExit();
        File.WriteAllText(_folder.PathOf("gone"), string.Empty);

        FlowResult result = caller.WaitForExit();
        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        Assert.Equal(["Completed again", "Completed second", "0 1"], result.Lines);
    }

    [PostgreSqlFact]
    public void What_workers_have_of_a_caller_that_is_killed_is_adopted_when_its_run_is_resumed()
    {
        Work("--queue", "etl", "--throttle", "1");
        Work("--queue", "etl", "--throttle", "2");
        string flow = Start + """
            $folder = $PSScriptRoot
            New-Flow load -RunName nightly {
                1..3 | Start-Subflow {
                    [IO.File]::AppendAllText("$folder/begun-$_", 'x')
                    if ($_ -gt 1) { Write-Warning "item $_ runs"; while (-not [IO.File]::Exists("$folder/go")) { Start-Sleep -Milliseconds 20 } }
                    "result $_"
                } -Parallel -Queue etl -ThrottleLimit 2 -KeepOrder | Receive-FlowResult
            } |
            """;

        // The third one begins when the first one has ended.
        using FlowProcess killed = FlowProcess.StartScript(_folder.Add(flow + " Invoke-Flow", "caller.ps1"));
        _folder.WaitFor("begun-2");
        _folder.WaitFor("begun-3");
        killed.Kill();

        using FlowProcess resumed = FlowProcess.StartScript(_folder.Add(flow + """
             Out-Null
            (Resume-FlowRun nightly).Result
            (Get-FlowRun -Parent nightly | Get-FlowLog | Where-Object Message -like 'item * runs').Count
            Get-FlowRun -Parent nightly | Sort-Object CreatedTime | ForEach-Object { "$($_.State.Type) $($_.Attempt) $($_.HostName -eq [Environment]::MachineName)" }
            """, "resume.ps1"));

        // Of both, in any order.
        resumed.WaitForText(" runs", times: 2);
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        FlowResult result = resumed.WaitForExit();
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(
            ["result 1", "result 2", "result 3", "2", "Completed 1 True", "Completed 1 True", "Completed 1 True"],
            result.Lines.Where(static line => !line.Contains("item", StringComparison.Ordinal)));
        Assert.All(Enumerable.Range(1, 3), number => Assert.Equal("x", File.ReadAllText(_folder.PathOf($"begun-{number}"))));
    }

    [PostgreSqlFact]
    public void A_subflow_is_adopted_although_others_have_the_slots_of_its_limit_meanwhile()
    {
        Work("--queue", "etl", "--throttle", "1");
        string flow = Start + """
            $folder = $PSScriptRoot
            $null = New-FlowLimit one -MaxConcurrency 1
            New-Flow load -RunName nightly {
                Start-Subflow { [IO.File]::AppendAllText("$folder/begun", 'x'); Write-Warning 'it runs'; while (-not [IO.File]::Exists("$folder/go")) { Start-Sleep -Milliseconds 20 }; 'ended' } -Queue etl -Limit one | Receive-FlowResult
            } |
            """;
        using FlowProcess killed = FlowProcess.StartScript(_folder.Add(flow + " Invoke-Flow", "caller.ps1"));
        _folder.WaitFor("begun");
        killed.Kill();
        using FlowProcess holder = FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            Start-Subflow { [IO.File]::WriteAllText("$folder/held", ''); while (-not [IO.File]::Exists("$folder/end")) { Start-Sleep -Milliseconds 20 } } -Limit one | Receive-FlowResult
            """, "holder.ps1"));
        _folder.WaitFor("held");

        using FlowProcess resumed = FlowProcess.StartScript(_folder.Add(flow + " Out-Null; (Resume-FlowRun nightly -WarningAction Continue).Result", "resume.ps1"));
        resumed.WaitForText("it runs");
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        Assert.Equal("ended", resumed.WaitForExit().Lines[^1]);
        Assert.Equal("x", File.ReadAllText(_folder.PathOf("begun")));
        File.WriteAllText(_folder.PathOf("end"), string.Empty);
        Assert.Equal(0, holder.WaitForExit().ExitCode);
    }

    [PostgreSqlFact]
    public void An_adopted_subflow_is_stopped_by_who_has_adopted_it()
    {
        Work("--queue", "etl", "--throttle", "1");
        string flow = Start + """
            $folder = $PSScriptRoot
            New-Flow load -RunName nightly {
                Start-Subflow { try { [IO.File]::AppendAllText("$folder/begun", 'x'); Write-Warning 'it runs'; Start-Sleep 3600 } finally { [IO.File]::WriteAllText("$folder/stopped", '') } } -Queue etl
            } |
            """;
        using FlowProcess killed = FlowProcess.StartScript(_folder.Add(flow + " Invoke-Flow", "caller.ps1"));
        _folder.WaitFor("begun");
        killed.Kill();

        using FlowProcess resumed = FlowProcess.StartScript(_folder.Add(flow + " Out-Null; Resume-FlowRun nightly", "resume.ps1"));
        resumed.WaitForText("it runs");
        resumed.Send(PosixSignal.SIGINT);

        _folder.WaitFor("stopped");
        Assert.Equal(130, resumed.WaitForExit().ExitCode);
        Assert.Equal("x", File.ReadAllText(_folder.PathOf("begun")));
    }

    [PostgreSqlFact]
    public void A_subflow_that_nobody_can_take_says_why_and_begins_when_somebody_can()
    {
        using FlowProcess caller = FlowProcess.StartScript(_folder.Add(Start + """
            Start-Subflow { 'done' } -Queue etl -RequireTag gpu | Receive-FlowResult
            """, "caller.ps1"));
        FlowResult seen = FlowProcess.Invoke(["run", _folder.Add(Start + """
            while (-not ($run = Get-FlowRun -State NoWorker -ErrorAction Ignore)) { Start-Sleep -Milliseconds 50 }
            "$($run.State.Type) $($run.State.Name) $($run.State.Message)"
            """, "look.ps1")]);
        Assert.Equal(["Scheduled NoWorker No worker serves queue 'etl'."], seen.Lines);

        Work("--queue", "etl", "--tag", "gpu");

        Assert.Equal(["done"], caller.WaitForExit().Lines);
    }

    [PostgreSqlFact]
    public void Secrets_need_a_key_and_go_encrypted_with_it()
    {
        const string Script = """
            $secret = ConvertTo-SecureString 'hunter2-hunter2' -AsPlainText
            $state = Start-Subflow { param([securestring] $Password) [Net.NetworkCredential]::new('', $Password).Password.Length } -Parameters @{ Password = $secret } -Queue etl -ErrorVariable errors -ErrorAction SilentlyContinue
            "$($state.Name) $($state.Result) $($errors.FullyQualifiedErrorId)"
            """;
        FlowResult refused = FlowProcess.Invoke(["run", _folder.Add(Start + Script, "refused.ps1")]);
        Assert.Equal(["Failed  FlowQueueSecrets"], refused.Lines);

        File.WriteAllText(_folder.PathOf("pool.key"), new string('k', 40));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(_folder.PathOf("pool.key"), UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        Work("--queue", "etl");

        Assert.Equal(["Completed 15 "], FlowProcess.Invoke(["run", _folder.Add(Start + Script, "allowed.ps1")]).Lines);
        Assert.Equal(["inner"], FlowProcess.Invoke(["run", _folder.Add(Start + """
            Start-Subflow {
                $learned = ConvertTo-SecureString 'learned-learned' -AsPlainText
                Start-Subflow { param([securestring] $Password) 'inner' } -Parameters @{ Password = $learned } | Receive-FlowResult
            } -Queue etl | Receive-FlowResult
            """, "learned.ps1")]).Lines);
    }

    [PostgreSqlFact]
    public void A_worker_drains_on_SIGTERM()
    {
        FlowProcess worker = Work("--queue", "etl", "--throttle", "1");
        using FlowProcess caller = FlowProcess.StartScript(_folder.Add(Start + """
            $folder = $PSScriptRoot
            (Start-Subflow { [IO.File]::WriteAllText("$folder/here", ''); while (-not [IO.File]::Exists("$folder/go")) { Start-Sleep -Milliseconds 20 }; 'ended' } -Queue etl).Result
            """));
        _folder.WaitFor("here");

        worker.Send(PosixSignal.SIGTERM);
        worker.WaitForText("takes nothing new");
        File.WriteAllText(_folder.PathOf("go"), string.Empty);

        Assert.Equal(["ended"], caller.WaitForExit().Lines);
        Assert.Equal(0, worker.WaitForExit().ExitCode);
    }

    [Fact]
    public void A_worker_needs_a_history_on_a_server()
    {
        FlowResult result = FlowProcess.Invoke(["work", "--queue", "etl", "--history-path", _folder.PathOf("history.db")]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains("queues need a history on a server", result.Error, StringComparison.Ordinal);
    }

    private FlowProcess Work(params string[] arguments)
    {
        FlowProcess worker = FlowProcess.Start(new Dictionary<string, string?>(StringComparer.Ordinal) { ["FLOW_HOME"] = _folder.PathOf(string.Empty), ["FLOW_HISTORY_URL"] = Address }, ["work", .. arguments]);
        _workers.Add(worker);
        worker.WaitForText("is ready");
        return worker;
    }
}
