using System.Collections.Concurrent;
using System.Text;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage.Leases;
using FlowModule.Engine.Tests.Support;
using FlowModule.Storage.Tests.Memory;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Pool;

/// <summary>Several processes over one store in memory and one carrier, on fake time.</summary>
internal sealed class PoolRig : IDisposable
{
    private readonly List<IDisposable> _all = [];

    internal FakeTimeProvider Time { get; } = new();

    internal DateTimeOffset Start { get; }

    internal MemoryLeasePool Pool { get; }

    internal MemoryWorkQueue Carrier { get; } = new();

    internal static PoolStamp Stamp { get; } = new("v1", Key: null);

    internal PoolRig()
    {
        Start = Time.GetUtcNow();
        Pool = new MemoryLeasePool(Time);
    }

    /// <summary>A process that asks for workers.</summary>
    internal PoolProcess NewProcess(PoolKey? key = null)
    {
        var store = new MemoryLeases(Pool);
        var process = new PoolProcess(store, new LeaseLine(store, key, Time));
        _all.Add(process.Line);
        return process;
    }

    /// <summary>A process that serves the queue "work".</summary>
    internal TestPoolWorker NewWorker(int places = 1, PoolKey? key = null, string[]? tags = null)
    {
        PoolProcess process = NewProcess(key);
        var host = new TestLeaseHost();
        var worker = new PoolWorkerRow
        {
            Key = process.Line.Process,
            Machine = "machine",
            ProcessId = 4711,
            Stamp = Stamp.ToString(),
            Product = "1.0",
            Queues = ["work"],
            Tags = tags ?? [],
            Places = places,
        };
        var server = new PoolServer(process.Line, Carrier, host, worker, Time);
        _all.Add(server);
        return new TestPoolWorker(process, host, server);
    }

    internal LeasePipe Ask(PoolProcess caller, PoolPriority priority = PoolPriority.Normal, params string[] tags) =>
        caller.Line.Ask(Carrier, PoolQueues.NameOf(new PoolRequest("work", tags, priority), Stamp));

    /// <summary>Lets time pass until something has happened.</summary>
    internal void PassUntil(Func<bool> condition) => Wait.Until(() =>
    {
        if (condition())
        {
            return true;
        }

        Time.Advance(TimeSpan.FromMilliseconds(100));
        return false;
    });

    internal static LeaseFrame Take(LeasePipe pipe)
    {
        Assert.True(pipe.Wait(Wait.Limit), "Nothing came.");
        Assert.True(pipe.TryTake(out LeaseFrame? frame), pipe.Loss);
        return frame;
    }

    internal static string Text(LeaseFrame frame) => Encoding.UTF8.GetString(frame.Bytes);

    /// <summary>Sends a run, and returns the worker's answer.</summary>
    internal static string Run(LeasePipe pipe, string run)
    {
        Assert.True(pipe.TrySend(LeaseFrameKind.Data, run));
        return Text(Take(pipe));
    }

    public void Dispose()
    {
        _all.Reverse();
        _all.ForEach(static one => one.Dispose());
    }
}

internal sealed record PoolProcess(MemoryLeases Store, LeaseLine Line);

internal sealed record TestPoolWorker(PoolProcess Process, TestLeaseHost Host, PoolServer Server);

/// <summary>Executes runs by answering them; one named "wait" only when the test lets it.</summary>
internal sealed class TestLeaseHost : ILeaseHost
{
    internal ManualResetEventSlim Go { get; } = new();

    internal ConcurrentQueue<string> Begun { get; } = new();

    internal int Leases;

    /// <summary>The id of all its runs.</summary>
    internal Guid Run { get; } = Guid.NewGuid();

    public void Serve(ServedLease lease)
    {
        Interlocked.Increment(ref Leases);
        lease.Pipe.TrySend(LeaseFrameKind.Granted, "here");
        while (lease.Pipe.TryTake(out LeaseFrame? frame) && lease.TryBeginRun(Run))
        {
            string run = PoolRig.Text(frame);
            Begun.Enqueue(run);
            if (run == "fail")
            {
                throw new InvalidOperationException("There is no process left.");
            }

            if (run.StartsWith("wait", StringComparison.Ordinal))
            {
                WaitHandle.WaitAny([Go.WaitHandle, lease.Ended.WaitHandle]);
            }

            lease.Pipe.TrySend(LeaseFrameKind.Data, $"{run} done");
            lease.EndRun(lease.Begun);
        }
    }
}
