using System.Collections.Concurrent;
using FlowModule.Engine.Texts;

namespace FlowModule.Flows;

/// <summary>The named flows. A worker's registry includes its origin's flows; its own flows are not visible to the origin.</summary>
internal sealed class FlowRegistry(FlowRegistry? parent)
{
    private readonly ConcurrentDictionary<string, Flow> _flows = new(StringComparer.OrdinalIgnoreCase);
    private int _changes;

    /// <summary>Changes when flows are added or removed: a caller that knows the flows of a version need not search again until it changes.</summary>
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

    /// <summary>Removes the flows of this registry, but not its origin's.</summary>
    internal void Clear()
    {
        if (!_flows.IsEmpty)
        {
            _flows.Clear();
            Interlocked.Increment(ref _changes);
        }
    }
}
