using System.Collections;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Serialization;
using FlowModule.Streams;
using FlowModule.Wire;

namespace FlowModule.Stored;

/// <summary>Restores states from a history as objects, including states inside results.</summary>
internal sealed class StoredStates(RunHistory history)
{
    private readonly Dictionary<Guid, FlowState?> _known = [];

    /// <summary>The state of a run in the history.</summary>
    /// <param name="record">The run.</param>
    /// <param name="notKept">Why its result is missing, if it is; for a completed run, there is then no state.</param>
    /// <param name="withInput">Whether to read the input of the run too.</param>
    /// <exception cref="FormatException">The result cannot be read.</exception>
    internal FlowState? Of(FlowRunRecord record, out string? notKept, bool withInput = false)
    {
        (string? text, notKept) = history.Read(store => store.Value(record.Id, RunValue.Result));
        if (text is null && notKept is not null && record.State.Type == StateType.Completed)
        {
            return null;
        }

        object? result = text is null ? null : Result(text);
        if (record.State.Type == StateType.Completed && HeldValues.Any(result, HistorySecret.Is))
        {
            notKept = "It holds a secret.";
            return null;
        }

        return Restore(record, result, withInput);
    }

    /// <summary>The same, even if its result was not kept.</summary>
    internal FlowState Shown(FlowRunRecord record) => Of(record, out _, withInput: true) ?? Restore(record, result: null, withInput: true);

    private static FlowState Restore(FlowRunRecord record, object? result, bool withInput)
    {
        var run = new FlowRun(
            new RemoteFlow(record.FlowName) { Tag = record.Tag },
            parent: null,
            TimeProvider.System,
            record.Name,
            withInput ? StoredInput.Parameters(record).Kept : null,
            withInput ? record.InputObject : null,
            isTask: record.Kind == RunKind.Task,
            earlier: new EarlierRun(record.Id, record.Attempt - 1));
        FlowStateRecord state = record.State;
        bool failed = FlowState.IsFinalType(state.Type) && state.Type != StateType.Completed;
        object? error = failed || state.Name == StateNames.NotReady
            ? RunErrors.Instance.Describe(run, new FinalStateRule.Verdict(state.Type, state.Name, state.Message))
            : null;
        return run.Restore(record.StartTime, state.Type, state.Timestamp, state.Name, state.Message, result, error, record.IsOver);
    }

    /// <summary>A result in its original form: several objects are an array, and states are states.</summary>
    private object? Result(string text)
    {
        object? value = history.Values.Decode(text);
        Guid[] ids = [.. RunsIn(value).Where(id => !_known.ContainsKey(id)).Distinct()];
        if (ids.Length > 0)
        {
            // Prevents a second search if a state is inside its own result.
            Array.ForEach(ids, id => _known[id] = null);
            foreach (FlowRunRecord run in ids.Chunk(1000).SelectMany(some => history.Find(new RunQuery { Ids = some })))
            {
                _known[run.Id] = Of(run, out _) ?? Restore(run, result: null, withInput: false);
            }
        }

        value = HeldValues.Replace(value, item => HistoryStates.RunOf(item) is { } id && _known.GetValueOrDefault(id) is { } state ? state : item);
        return (value is PSObject wrapped ? wrapped.BaseObject : value) is IList list and (ArrayList or List<object?>)
            ? list.Cast<object?>().Select(static item => item is PSObject { BaseObject: FlowState state } ? state : item).ToArray()
            : value;
    }

    private static List<Guid> RunsIn(object? value)
    {
        List<Guid> ids = [];
        HeldValues.Any(value, item =>
        {
            if (HistoryStates.RunOf(item) is { } id)
            {
                ids.Add(id);
            }

            return false;
        });
        return ids;
    }
}
