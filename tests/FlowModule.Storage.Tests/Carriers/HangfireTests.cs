using System.Collections.Concurrent;
using FlowModule.Engine.Pool;
using FlowModule.Engine.Storage;
using FlowModule.Hangfire;
using FlowModule.Storage.Tests.PostgreSql;
using FlowModule.Storage.Tests.Support;

namespace FlowModule.Storage.Tests.Carriers;

/// <summary>Hangfire as the carrier, on a real server.</summary>
public sealed class HangfireTests : IDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    private readonly Lazy<HistoryAddress> _address = new(static () => HistoryAddress.Parse(PostgreSqlServer.Instance.NewAddress()));
    private readonly List<IWorkQueue> _queues = [];
    private readonly BlockingCollection<(string Server, Guid Lease)> _carried = [];

    private string Schema => _address.Value.Place.Split("schema=")[1] + "_hangfire";

    public void Dispose()
    {
        _queues.ForEach(static queue => queue.Dispose());
        _carried.Dispose();
    }

    [PostgreSqlFact]
    public void ALeaseReachesWhoServesItsQueue()
    {
        IWorkQueue caller = NewQueue();
        Guid one = Guid.NewGuid(), two = Guid.NewGuid();
        caller.Put("p1_one_v1", one);
        caller.Put("p1_two_v1__gpu", two);
        using IWorkService first = Serve("first", "p1_one_v1"), second = Serve("second", "p0_two_v1__gpu", "p1_two_v1__gpu");

        Assert.Equal([("first", one), ("second", two)], new[] { Take(), Take() }.Order());
    }

    [PostgreSqlFact]
    public void MoreUrgentWorkIsCarriedFirst()
    {
        IWorkQueue caller = NewQueue();
        Guid low = Guid.NewGuid(), high = Guid.NewGuid(), normal = Guid.NewGuid();
        caller.Put("p2_work_v1", low);
        caller.Put("p1_work_v1", normal);
        caller.Put("p0_work_v1", high);
        using IWorkService service = Serve("one", "p0_work_v1", "p1_work_v1", "p2_work_v1");

        Assert.Equal([high, normal, low], new[] { Take().Lease, Take().Lease, Take().Lease });
    }

    [PostgreSqlFact]
    public void AServiceThatHasStoppedTakesNothing()
    {
        IWorkQueue caller = NewQueue();
        var go = new ManualResetEventSlim();
        using (IWorkService stopped = NewQueue().Serve(["p1_work_v1"], places: 2, lease =>
            {
                _carried.Add(("stopped", lease));
                go.Wait(Limit);
            }))
        {
            caller.Put("p1_work_v1", Guid.NewGuid());
            Take();
            stopped.Stop();
            using IWorkService other = Serve("other", "p1_work_v1");
            Guid later = Guid.NewGuid();
            caller.Put("p1_work_v1", later);
            while (Take() is var taken && taken.Lease != later)
            {
                // What goes on in a service that has stopped is carried again.
                Assert.Equal("other", taken.Server);
            }

            go.Set();
        }
    }

    [PostgreSqlFact]
    public void WhatADeadWorkerHadIsCarriedAgain()
    {
        IWorkQueue caller = NewQueue();
        Guid lease = Guid.NewGuid();
        caller.Put("p1_work_v1", lease);

        // As a worker that took it and has not been heard of for a while.
        PostgreSqlServer.Instance.Run($"UPDATE {Schema}.jobqueue SET fetchedat = now() AT TIME ZONE 'UTC' - interval '1 minute'");
        using IWorkService service = Serve("one", "p1_work_v1");

        Assert.Equal(lease, Take().Lease);
    }

    [PostgreSqlFact]
    public void TheLockThatADeadWorkerHasLeftHoldsNothingUpForLong()
    {
        IWorkQueue caller = NewQueue();
        Guid lease = Guid.NewGuid();
        caller.Put("p1_work_v1", lease);
        PostgreSqlServer.Instance.Run($"INSERT INTO {Schema}.lock(resource, acquired) SELECT '{Schema}:job:' || id || ':state-lock', now() AT TIME ZONE 'UTC' FROM {Schema}.job");
        using IWorkService service = Serve("one", "p1_work_v1");

        Assert.Equal(lease, Take().Lease);
    }

    [PostgreSqlFact]
    public void WorkThatFailsIsNotRepeatedByTheCarrier()
    {
        IWorkQueue caller = NewQueue();
        using IWorkService failing = NewQueue().Serve(["p1_work_v1"], places: 1, lease =>
        {
            _carried.Add(("failing", lease));
            throw new InvalidOperationException("It failed.");
        });
        Guid first = Guid.NewGuid(), second = Guid.NewGuid();
        caller.Put("p1_work_v1", first);
        Assert.Equal(first, Take().Lease);
        caller.Put("p1_work_v1", second);

        Assert.Equal(second, Take().Lease);
        Assert.True(SpinWait.SpinUntil(() => PostgreSqlServer.Instance.Run($"SELECT count(*) FROM {Schema}.job WHERE statename = 'Failed'") == "2", Limit));
    }

    [PostgreSqlFact]
    public void ADatabaseThatIsNotThereIsAHistoryThatCannotBeUsed()
    {
        using IWorkQueue queue = HangfireBackend.Create().Open(HistoryAddress.Parse("postgres://nobody@127.0.0.1:1/none"));

        Assert.Contains("cannot be reached", Assert.Throws<HistoryException>(() => queue.Put("p1_work_v1", Guid.NewGuid())).Message, StringComparison.Ordinal);
    }

    private IWorkQueue NewQueue()
    {
        IWorkQueue queue = HangfireBackend.Create().Open(_address.Value);
        _queues.Add(queue);
        return queue;
    }

    private IWorkService Serve(string server, params string[] queues) => NewQueue().Serve(queues, places: 1, lease => _carried.Add((server, lease)));

    private (string Server, Guid Lease) Take() => _carried.TryTake(out (string, Guid) carried, Limit) ? carried : throw new TimeoutException("Nothing was carried.");
}
