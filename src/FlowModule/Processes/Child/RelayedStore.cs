using System.Reflection;
using FlowModule.Engine.Storage;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Processes.Child;

/// <summary>
/// A part of a store that another machine has. It answers what every history asks while it writes; that machine does the rest of this work itself. All
/// else is refused: it would be an answer for this machine alone.
/// </summary>
internal class RelayedStore : DispatchProxy
{
    private static readonly RetentionSettings KeepAll = new(KeepDays: null, KeepRuns: null, KeepLogSize: null);

    private Dictionary<string, Func<object?[], object?>> _answers = [];

    /// <param name="write">Sends rows, and returns when they are kept.</param>
    internal static IHistoryStore Create(Action<HistoryBatch> write)
    {
        var changes = Part<IStoreChanges>(new() { [nameof(IStoreChanges.Watch)] = static _ => new Nothing() });
        var requests = Part<IRequestStore>(new() { [nameof(IRequestStore.Take)] = static _ => Array.Empty<RunRequest>() });
        var retention = Part<IRetentionStore>(new()
        {
            ["get_" + nameof(IRetentionStore.Settings)] = static _ => KeepAll,
            [nameof(IRetentionStore.TryClaimPruning)] = static _ => false,
        });
        var processes = Part<IProcessStore>(new()
        {
            [nameof(IProcessStore.Register)] = static _ => 1L,
            [nameof(IProcessStore.Beat)] = static _ => true,
            [nameof(IProcessStore.End)] = static _ => null,
            [nameof(IProcessStore.Open)] = static _ => Array.Empty<ProcessRecord>(),
            [nameof(IProcessStore.TakeHook)] = static _ => null,
        });
        return Part<IHistoryStore>(new()
        {
            [nameof(IHistoryStore.Write)] = arguments => Do(write, (HistoryBatch)arguments[0]!),
            [nameof(IDisposable.Dispose)] = static _ => null,
            ["get_" + nameof(IHistoryStore.Clock)] = static _ => TimeProvider.System,
            ["get_" + nameof(IHistoryStore.File)] = static _ => null,
            ["get_" + nameof(IHistoryStore.Changes)] = _ => changes,
            ["get_" + nameof(IHistoryStore.SharedChanges)] = _ => changes,
            ["get_" + nameof(IHistoryStore.Requests)] = _ => requests,
            ["get_" + nameof(IHistoryStore.Retention)] = _ => retention,
            ["get_" + nameof(IHistoryStore.Processes)] = _ => processes,
        });
    }

    /// <exception cref="HistoryException">It is not one of the questions that have an answer here.</exception>
    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _answers.TryGetValue(targetMethod!.Name, out Func<object?[], object?>? answer) ? answer(args ?? []) : throw new HistoryException(
            HistoryFault.Elsewhere,
            "The history of the run is on the machine that started it. A body on another machine records its runs there, but cannot read it, and shares no limits, keys or answers with other runs.");

    private static T Part<T>(Dictionary<string, Func<object?[], object?>> answers)
        where T : class
    {
        T part = Create<T, RelayedStore>();
        ((RelayedStore)(object)part)._answers = answers;
        return part;
    }

    private static object? Do(Action<HistoryBatch> write, HistoryBatch batch)
    {
        write(batch);
        return null;
    }

    private sealed class Nothing : IDisposable
    {
        public void Dispose()
        {
            // Nobody else writes here.
        }
    }
}
