using System.Collections.Concurrent;
using System.Management.Automation;
using FlowModule.Engine.Workers;

namespace FlowModule.Sessions;

/// <summary>The workers of one session: its kinds, each with a pool.</summary>
internal sealed class WorkerPools : IDisposable
{
    private readonly ConcurrentDictionary<string, (IWorkerKind Kind, WorkerPool Pool)> _kinds = new(StringComparer.Ordinal);
    private readonly Lazy<WorkerOrigin> _origin;

    /// <param name="kinds">The kinds from the start.</param>
    /// <param name="origin">Returns the session that the workers work for. Called when the first of them is created.</param>
    internal WorkerPools(IEnumerable<IWorkerKind> kinds, Func<WorkerPools, WorkerOrigin> origin)
    {
        _origin = new Lazy<WorkerOrigin>(() => origin(this));
        foreach (IWorkerKind kind in kinds)
        {
            Register(kind);
        }
    }

    /// <summary>The breakpoints of the session when its last command for parallel runs began; null if there were none.</summary>
    internal IReadOnlyList<Breakpoint>? Breakpoints { get; set; }

    /// <summary>Adds a kind. A kind of the same name is replaced.</summary>
    internal void Register(IWorkerKind kind)
    {
        WorkerPool? replaced = _kinds.TryGetValue(kind.Name, out (IWorkerKind, WorkerPool Pool) known) ? known.Pool : null;
        _kinds[kind.Name] = (kind, new WorkerPool(pool => kind.Create(pool, _origin.Value), TimeProvider.System, kind.IsCostly));
        replaced?.Dispose();
    }

    /// <summary>Adds a kind, unless there is one of its name. Returns the one that there is now.</summary>
    internal IWorkerKind Ensure(IWorkerKind kind)
    {
        if (!_kinds.ContainsKey(kind.Name))
        {
            Register(kind);
        }

        return _kinds[kind.Name].Kind;
    }

    /// <summary>Returns the names of the machines that the workers of a kind are on. Empty: this one, or there is no such kind.</summary>
    internal IReadOnlyList<string> HostNamesOf(string name) => _kinds.TryGetValue(name, out (IWorkerKind Kind, WorkerPool) known) ? known.Kind.HostNames : [];

    /// <summary>Returns the pool of a kind, after a check that such workers are possible.</summary>
    /// <exception cref="FlowException">They are not, or the session has no kind of this name.</exception>
    internal WorkerPool Of(string name)
    {
        if (!_kinds.TryGetValue(name, out (IWorkerKind Kind, WorkerPool Pool) known))
        {
            throw FlowException.UnknownWorkerKind(name, _kinds.Keys);
        }

        known.Kind.Require();
        return known.Pool;
    }

    /// <summary>Whether the session has a kind of this name.</summary>
    internal bool Knows(string name) => _kinds.ContainsKey(name);

    /// <summary>Whether workers of a kind execute bodies in another process. False for a kind that the session does not have.</summary>
    internal bool IsElsewhere(string name) => _kinds.TryGetValue(name, out (IWorkerKind Kind, WorkerPool Pool) known) && known.Kind.IsElsewhere;

    public void Dispose()
    {
        foreach ((_, WorkerPool pool) in _kinds.Values)
        {
            pool.Dispose();
        }
    }
}
