using System.Collections.Concurrent;
using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Workers;

namespace FlowModule.Sessions;

/// <summary>The workers of one session: its kinds, each with a pool.</summary>
internal sealed class WorkerPools : IDisposable
{
    private readonly ConcurrentDictionary<string, (IWorkerKind Kind, WorkerPool Pool)> _kinds = new(StringComparer.Ordinal);
    private readonly KnownKinds _known;
    private readonly Lazy<WorkerOrigin> _origin;

    /// <param name="known">The kinds that every session knows.</param>
    /// <param name="origin">Returns the session that the workers work for. Called when the first of them is created.</param>
    internal WorkerPools(KnownKinds known, Func<WorkerPools, WorkerOrigin> origin)
    {
        _known = known;
        _origin = new Lazy<WorkerOrigin>(() => origin(this));
        foreach (IWorkerKind kind in known.BuiltIn)
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

    /// <summary>The kind of a name; null if the session has none.</summary>
    internal IWorkerKind? Find(string name) => _kinds.TryGetValue(name, out (IWorkerKind Kind, WorkerPool) known) ? known.Kind
        : _known.Named(name) is { } made ? Ensure(made)
        : null;

    /// <summary>The policy for runs that are recorded in a history, or nowhere: the workers of some kinds depend on it.</summary>
    /// <exception cref="FlowException">There can be no such workers for them.</exception>
    internal RunPolicy Bind(RunPolicy policy, RunHistory? history) =>
        policy.NamedKind is { } name && Find(name) is { } kind && kind.For(history) is var bound && bound != kind ? policy with { NamedKind = Ensure(bound).Name } : policy;

    /// <summary>Returns the pool of a kind, after a check that such workers are possible.</summary>
    /// <exception cref="FlowException">They are not, or the session has no kind of this name.</exception>
    internal WorkerPool Of(string name)
    {
        if (Find(name) is not { } kind)
        {
            throw FlowException.UnknownWorkerKind(name, _kinds.Keys);
        }

        kind.Require();
        return _kinds[name].Pool;
    }

    public void Dispose()
    {
        foreach ((_, WorkerPool pool) in _kinds.Values)
        {
            pool.Dispose();
        }
    }
}
