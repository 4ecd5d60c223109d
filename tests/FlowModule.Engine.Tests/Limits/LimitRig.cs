using FlowModule.Engine.History;
using FlowModule.Engine.Limits;
using FlowModule.Engine.Tests.Support;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;

namespace FlowModule.Engine.Tests.Limits;

/// <summary>Where the limits of a test are stored.</summary>
public enum LimitsAre
{
    InMemory,
    Stored,
}

/// <summary>A table on fake time, and requests that record the order of their grants. Or several tables, for several processes.</summary>
internal sealed class LimitRig : IDisposable
{
    private readonly SharedFile? _file;
    private readonly RunHistory[] _processes = [];

    internal LimitRig(LimitsAre kind = LimitsAre.InMemory, int processes = 1)
    {
        if (kind == LimitsAre.InMemory)
        {
            Tables = [new LimitTable(Time)];
            return;
        }

        _file = new SharedFile(Time);
        Tables = new ILimitTable[processes];
        _processes = new RunHistory[processes];
        for (int process = 0; process < processes; process++)
        {
            Start(process);
        }
    }

    internal FakeTimeProvider Time { get; } = new();

    internal ILimitTable[] Tables { get; }

    internal ILimitTable Table => Tables[0];

    internal SharedFile File => _file!;

    /// <summary>The names of the requests that were granted or got their slots back, in order.</summary>
    internal List<string> Granted { get; } = [];

    internal LimitLease Request(string name, params string[] limits) => Request(0, name, limits);

    internal LimitLease Request(int process, string name, params string[] limits)
    {
        LimitLease lease = Tables[process].Request(limits, () => Granted.Add(name));
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

    internal bool Regain(string name, LimitLease lease)
    {
        bool atOnce = lease.Regain(() => Granted.Add(name));
        if (atOnce)
        {
            Granted.Add(name);
        }

        return atOnce;
    }

    /// <summary>Ends a process with all that it has; a new process replaces it.</summary>
    internal void Kill(int process)
    {
        _processes[process].Dispose();
        Start(process);
    }

    /// <summary>Lets time pass, so that the processes learn of each other.</summary>
    internal void Advance(int milliseconds)
    {
        for (int passed = 0; passed < milliseconds; passed += 50)
        {
            Time.Advance(TimeSpan.FromMilliseconds(50));
        }
    }

    /// <summary>Deletes rows, as when a damaged file is replaced.</summary>
    internal void Forget(params string[] tables)
    {
        using var connection = new SqliteConnection($"Data Source={File.Path};Pooling=False");
        connection.Open();
        foreach (string table in tables)
        {
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = $"DELETE FROM {table}";
            command.ExecuteNonQuery();
        }
    }

    public void Dispose() => _file?.Dispose();

    private void Start(int process)
    {
        _processes[process] = _file!.Open();
        Tables[process] = new StoredLimitTable(_processes[process]);
    }
}
