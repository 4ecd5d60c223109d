using FlowModule.Engine.Workers;
using FlowModule.Processes;
using FlowModule.Sessions;
using FlowModule.Tests.Support;
using FlowModule.Wire;

namespace FlowModule.Tests.Processes;

/// <summary>Workers of which there can be only so many at once, such as those of a machine.</summary>
public sealed class PlaceTests : ProcessTest
{
    private readonly OnePlace _kind = new();

    private protected override FlowSession OpenSession()
    {
        FlowSession session = base.OpenSession();
        session.Values("New-Flow known { }");
        RunspaceContext.Of(session.Runspace)!.Pools.Register(_kind);
        return session;
    }

    [Fact]
    public void A_call_that_waits_for_a_place_takes_the_worker_that_becomes_idle()
    {
        using var gate = new ProcessGate();
        Session.Values($"$job = Start-Subflow -AsJob -Isolation NewRunspace {{ {gate.ArriveAndWait} }}");
        gate.WaitForArrival();
        using var script = new RunningScript(Session, "Start-Subflow -Isolation NewRunspace { 'there' } | Receive-FlowResult");
        Assert.True(_kind.Full.Wait(TimeSpan.FromSeconds(60)), "The second call asks for no worker.");

        gate.Open();

        script.WaitForEnd();
        Assert.Equal(["there"], script.Output);
        Assert.Equal(1, _kind.Connected);
    }

    /// <summary>A machine with one place, which becomes free only when its worker is given up.</summary>
    private sealed class OnePlace : IWorkerKind, IPeerSource
    {
        private int _connected;

        public string Name => nameof(FlowIsolation.NewRunspace);

        public bool IsCostly => true;

        public bool IsElsewhere => true;

        /// <summary>Whether a worker has found the place taken.</summary>
        internal ManualResetEventSlim Full { get; } = new();

        internal int Connected => _connected;

        public void Require()
        {
            // There always is one.
        }

        public IWorker Create(WorkerPool pool, WorkerOrigin origin) => new ProcessWorker(pool, origin, this);

        public IPeer? Connect(Action<string> stray, IPeerNeed need)
        {
            if (Interlocked.CompareExchange(ref _connected, 1, 0) == 0)
            {
                return ChildProcess.Start(WorkerCommand.Find(), stray);
            }

            Full.Set();
            SpinWait.SpinUntil(() => !need.IsNeeded);
            return null;
        }
    }
}
