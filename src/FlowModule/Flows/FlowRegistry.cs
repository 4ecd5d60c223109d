using System.Collections.Concurrent;
using FlowModule.Engine.Texts;

namespace FlowModule.Flows;

/// <summary>The flows that have a name. A worker's registry sees its origin's flows and keeps its own to itself.</summary>
internal sealed class FlowRegistry(FlowRegistry? parent)
{
    private readonly ConcurrentDictionary<string, Flow> _flows = new(StringComparer.OrdinalIgnoreCase);
    private int _changes;

    /// <summary>Changes with the flows: who has seen them at one version need not look again until there is another.</summary>
    internal int Version => Volatile.Read(ref _changes) + (parent?.Version ?? 0);

    internal void Add(Flow flow)
    {
        _flows[flow.Name] = flow;
        Interlocked.Increment(ref _changes);
    }

    internal bool Remove(string name)
    {
        bool removed = _flows.TryRemove(name, out _);
        Interlocked.Increment(ref _changes);
        return removed;
    }

    internal Flow? Find(string name) => _flows.TryGetValue(VisibleText.OfName(name), out Flow? flow) ? flow : parent?.Find(name);

    internal IEnumerable<Flow> All()
    {
        IEnumerable<Flow> own = _flows.Values;
        IEnumerable<Flow> inherited = parent?.All().Where(flow => !_flows.ContainsKey(flow.Name)) ?? [];
        return own.Concat(inherited).OrderBy(flow => flow.Name, StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Forgets the flows of this registry, not its origin's.</summary>
    internal void Clear()
    {
        if (!_flows.IsEmpty)
        {
            _flows.Clear();
            Interlocked.Increment(ref _changes);
        }
    }
}
