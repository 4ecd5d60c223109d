using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Pool;
using FlowModule.Processes;
using FlowModule.Storage.Tests.Memory;
using FlowModule.Tests.Support;
using FlowModule.Wire;

namespace FlowModule.Tests.Pool;

/// <summary>Subflows of a queue are as those in a process of this machine.</summary>
public sealed class PoolRunTests : PoolTest
{
    [Fact]
    public void Subflows_of_a_queue_run_in_the_processes_of_its_worker_with_what_they_use_from_here()
    {
        Use();
        Serve();

        ScriptResult result = Run("""
            $factor = 3
            function Get-Product($n) { $n * $factor }
            1..6 | Start-Subflow { Write-Warning "item $_"; [Console]::WriteLine("straight $_"); Get-Product $_; $PID } -Parallel -Queue etl -ThrottleLimit 2 -KeepOrder
            """).Clean();

        Assert.Equal([3, 6, 9, 12, 15, 18], result.States.Select(state => (int)((object[])state.Result!)[0]));
        Assert.All(result.States, state => Assert.NotEqual(Environment.ProcessId, (int)((object[])state.Result!)[1]));
        Assert.All(result.States, state => Assert.Equal((Environment.MachineName, Environment.MachineName), (state.HostName, state.Run.HostName)));
        Assert.Equal(Enumerable.Range(1, 6).Select(number => $"item {number}"), result.Warnings.Select(warning => warning[^6..]).Order());
        Assert.Equal(Enumerable.Range(1, 6).Select(number => $"straight {number}"), result.Lines.Order());
    }

    [Fact]
    public void A_process_that_dies_is_replaced_and_its_subflow_begins_again()
    {
        Use();
        Serve();
        Session.Set("mark", Path.Combine(Folder.FullPath, "mark"));

        ScriptResult result = Run("""
            Start-Subflow { if ([IO.File]::Exists($mark)) { 'again' } else { [IO.File]::WriteAllText($mark, ''); [Environment]::Exit(3) } } -Parallel -Queue etl
            """).Clean();

        Assert.Equal("again", result.Result);
        Assert.Contains("exit code 3", Assert.Single(result.Warnings), StringComparison.Ordinal);
        Assert.Equal(1, result.State.Run.Attempt);

        // It comes before those that have not begun.
        Assert.Equal(["p2_etl", "p0_etl"], Asked.Select(static queue => queue[..6]));
    }

    [Fact]
    public void A_subflow_that_has_not_begun_outlives_any_number_of_workers()
    {
        Use();
        PoolAccess workers = Open(out MemoryLeases store);
        IWorkService? service = null;
        var ends = new Queue<Action<LeasePipe>>(
        [
            static lease => lease.TrySend(LeaseFrameKind.Closed, []),
            static lease => lease.TrySend(LeaseFrameKind.Died, "The worker was stopped."),
            GiveBack,
            GiveBack,
            GiveBack,
            lease =>
            {
                Grant(lease);
                service!.Stop();
                store.Die();
                Serve();
            },
        ]);
        service = workers.Carrier.Serve(PoolQueues.ServedBy(["etl"], [], workers.Stamp), places: 1, id =>
        {
            using LeasePipe lease = workers.Line.TryGrant(id)!;
            ends.Dequeue()(lease);
        });

        Assert.Equal("begun", Run("Start-Subflow { 'begun' } -Parallel -Queue etl").Clean().Result);
        Assert.Empty(ends);

        // The caller has sent what precedes the subflow.
        static void Grant(LeasePipe lease)
        {
            lease.TrySend(LeaseFrameKind.Granted, new PoolGrant("machine", "mark").ToBytes());
            Assert.True(lease.TryTake(out _));
        }

        static void GiveBack(LeasePipe lease)
        {
            Grant(lease);
            lease.TrySend(LeaseFrameKind.Closed, []);
        }
    }

    [Fact]
    public void A_subflow_that_was_sent_to_workers_that_died_before_it_began_is_not_lost()
    {
        Use();
        DieWithRun(workers: 3);

        Assert.Equal("begun", Run("Start-Subflow { 'begun' } -Parallel -Queue etl").Clean().Result);
        Assert.Equal(4, Asked.Count());

        // Each takes the subflow and dies. After the last one comes one that lives.
        void DieWithRun(int workers)
        {
            if (workers == 0)
            {
                Serve();
                return;
            }

            PoolAccess worker = Open(out MemoryLeases store);
            IWorkService? service = null;
            service = worker.Carrier.Serve(PoolQueues.ServedBy(["etl"], [], worker.Stamp), places: 1, id =>
            {
                using LeasePipe lease = worker.Line.TryGrant(id)!;
                lease.TrySend(LeaseFrameKind.Granted, new PoolGrant("machine", "mark").ToBytes());
                using var caller = new FrameChannel(new LeaseStream(lease, static _ => { }));
                new FrameBuilder().TrySend(caller, FrameKind.Ready);
                while (caller.TryRead(out FrameKind kind, out _) && kind != FrameKind.Run)
                {
                    // What precedes the run.
                }

                service!.Stop();
                DieWithRun(workers - 1);
                store.Die();
            });
        }
    }

    [Fact]
    public void A_worker_that_cannot_start_processes_says_why()
    {
        Use();
        Environment.SetEnvironmentVariable(WorkerCommand.Variable, "/no/such/program");
        try
        {
            Serve();
        }
        finally
        {
            Environment.SetEnvironmentVariable(WorkerCommand.Variable, FlowHost);
        }

        ScriptResult result = Run("Start-Subflow { 1 } -Parallel -Queue etl");

        Assert.Equal(StateType.Crashed, result.State.Type);
        Assert.StartsWith("A worker of queue 'etl' cannot execute runs: A worker process cannot be started: ", result.State.Message, StringComparison.Ordinal);
        Assert.StartsWith("FlowRunCrashed", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_subflow_that_always_ends_its_process_crashes()
    {
        Use();
        Serve();

        ScriptResult result = Run("Start-Subflow { [Environment]::Exit(3) } -Parallel -Queue etl");

        Assert.Equal(StateType.Crashed, result.State.Type);
        Assert.StartsWith($"Worker '{Environment.MachineName}' was lost: The worker process", result.State.Message, StringComparison.Ordinal);
        Assert.Equal(2, result.Warnings.Length);
    }

    [Fact]
    public void Ctrl_C_stops_the_body_and_its_finally_blocks_run()
    {
        Use();
        Serve();
        using var gate = new ProcessGate();
        Session.Set("mark", Path.Combine(Folder.FullPath, "mark"));
        using var script = new RunningScript(Session, $$"""
            Start-Subflow { try { {{gate.Arrive}} while ($true) { [Threading.Thread]::Sleep(10) } } finally { [IO.File]::WriteAllText($mark, '') } } -Parallel -Queue etl
            """);
        gate.WaitForArrival();

        script.Stop();
        script.WaitForEnd();

        Assert.True(File.Exists(Path.Combine(Folder.FullPath, "mark")));
    }

    [Fact]
    public void Runs_that_wait_are_cancelled_although_no_worker_ever_comes()
    {
        Use();
        using var script = new RunningScript(Session, "1..3 | Start-Subflow { 1 } -Parallel -Queue etl -ThrottleLimit 2");

        script.Stop();
        script.WaitForEnd();
    }

    [Fact]
    public void A_worker_that_is_stopped_loses_no_subflow()
    {
        Use();
        PoolService first = Serve(places: 1);
        using var gate = new ProcessGate();
        Session.Set("mark", Path.Combine(Folder.FullPath, "mark"));
        using var script = new RunningScript(Session, $$"""
            Start-Subflow { if ([IO.File]::Exists($mark)) { 'again' } else { [IO.File]::WriteAllText($mark, ''); {{gate.Arrive}} while ($true) { [Threading.Thread]::Sleep(10) } } } -Parallel -Queue etl
            """);
        gate.WaitForArrival();
        Serve(places: 1);

        first.Dispose();
        script.WaitForEnd();

        Assert.Equal("again", Assert.IsType<FlowState>(Assert.Single(script.Output)).Result);
    }

    [Fact]
    public async Task A_worker_that_drains_ends_its_subflow_and_takes_no_other()
    {
        Use();
        PoolService first = Serve(places: 1);
        using var gate = new ProcessGate();
        using var script = new RunningScript(Session, $$"""
            1..2 | Start-Subflow { if ($_ -eq 1) { {{gate.ArriveAndWait}} }; $PID } -Parallel -Queue etl -ThrottleLimit 1 -KeepOrder
            """);
        int process = gate.WaitForArrival();

        first.Drain();
        Serve(places: 1);
        Assert.False(first.Ended.IsCompleted);
        gate.Open();
        script.WaitForEnd();

        await first.Ended.WaitAsync(TimeSpan.FromSeconds(60));
        int[] results = [.. script.Output.Cast<FlowState>().Select(state => (int)state.Result!)];
        Assert.Equal(process, results[0]);
        Assert.NotEqual(process, results[1]);
    }
}
