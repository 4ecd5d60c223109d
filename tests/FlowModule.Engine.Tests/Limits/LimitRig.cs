using FlowModule.Engine;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Tests.Limits;

/// <summary>A table on fake time, and requests that note the order in which they are granted.</summary>
internal sealed class LimitRig
{
    internal FakeTimeProvider Time { get; } = new();

    internal LimitTable Table { get; }

    /// <summary>The names of the requests that were granted or got their slots back, in that order.</summary>
    internal List<string> Granted { get; } = [];

    internal LimitRig() => Table = new LimitTable(Time);

    internal LimitLease Request(string name, params string[] limits)
    {
        LimitLease lease = Table.Request(limits, () => Granted.Add(name));
        if (lease.IsGranted)
        {
            Granted.Add(name);
        }

        return lease;
    }

    internal bool Reclaim(string name, LimitLease lease)
    {
        bool atOnce = lease.Reclaim(() => Granted.Add(name));
        if (atOnce)
        {
            Granted.Add(name);
        }

        return atOnce;
    }
}
