using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Flows;

namespace FlowModule.Lookup;

/// <summary>Finds the runs that a call names, and reports those that do not exist.</summary>
/// <param name="history">The history that the call reads.</param>
/// <param name="isChosen">Whether the call names that history: then it is also used for objects from another history.</param>
/// <param name="report">Receives the errors.</param>
internal sealed class RunFinder(Func<RunHistory> history, bool isChosen, Action<FlowException> report)
{
    /// <summary>The runs with these ids, or beginnings of ids, in order.</summary>
    internal IEnumerable<FlowRunRecord> ById(IEnumerable<string> ids) => ids.SelectMany(id => Find([id], new RunQuery(), isId: true));

    /// <summary>The runs that these objects are, belong to, or name, in order.</summary>
    internal IEnumerable<FlowRunRecord> ByObject(IEnumerable<object?> values) => values.SelectMany(value => Find([value], new RunQuery()));

    /// <summary>The runs that these objects are, belong to, or name, and that match a query, the newest first.</summary>
    internal IReadOnlyList<FlowRunRecord> Find(IEnumerable<object?> values, RunQuery query, bool isId = false) =>
    [
        .. values.Select(value => Read(value, isId)).OfType<RunReference>()
            .GroupBy(reference => isChosen ? history() : reference.History ?? history())
            .SelectMany(references => Find(references.Key, [.. references], query)),
    ];

    private RunReference? Read(object? value, bool isId)
    {
        try
        {
            var reference = RunReference.Of(value, isId, history, []);
            return reference.Run is { Recording: null } run ? throw LookingErrors.NotRecorded(run) : reference;
        }
        catch (FlowException exception)
        {
            report(exception);
            return null;
        }
    }

    private IReadOnlyList<FlowRunRecord> Find(RunHistory where, RunReference[] references, RunQuery query)
    {
        query = query with
        {
            Ids = [.. references.Select(reference => reference.Id).OfType<Guid>()],
            Names = [.. references.Where(reference => reference.Id is null).Select(reference => reference.Text)],
        };
        IReadOnlyList<FlowRunRecord> found = where.Find(query);
        foreach (RunReference reference in references.Where(reference => !found.Any(run => IsMeant(run, reference)) && !IsPattern(reference)))
        {
            // It may exist without matching the other conditions.
            if (where.Find(reference.Id is { } id ? new RunQuery { Ids = [id] } : new RunQuery { Names = [reference.Text], Last = 1 }).Count == 0)
            {
                report(LookingErrors.RunNotFound(reference.Text, where));
            }
        }

        return found;
    }

    private static bool IsPattern(RunReference reference) => reference.Id is null && FlowNames.Wildcard(reference.Text) is not null;

    private static bool IsMeant(FlowRunRecord run, RunReference reference) =>
        reference.Id is { } id ? run.Id == id : string.Equals(run.Name, reference.Text, StringComparison.OrdinalIgnoreCase);
}
