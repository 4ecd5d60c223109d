using FlowModule.Commands;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>Finds the runs that a call names, and reports those that there are not.</summary>
/// <param name="history">The history that the call looks at.</param>
/// <param name="isChosen">Whether the call names that history: then objects of another do not lead there.</param>
/// <param name="report">Takes what could not be found.</param>
internal sealed class RunFinder(Func<RunHistory> history, bool isChosen, Action<FlowException> report)
{
    /// <summary>The runs of some ids, in their order.</summary>
    internal IEnumerable<FlowRunRecord> ById(IEnumerable<Guid> ids) =>
        ids.Select(id => One(id, history())).OfType<FlowRunRecord>();

    /// <summary>The runs of some names that a query asks for, the newest first.</summary>
    internal IReadOnlyList<FlowRunRecord> ByName(IReadOnlyList<string> names, RunQuery query)
    {
        IReadOnlyList<FlowRunRecord> found = history().Find(query with { Names = names });
        foreach (string name in names.Where(name => FlowNames.Wildcard(name) is null && !found.Any(run => IsNamed(run, name))))
        {
            // It may be there, and not be what else was asked for.
            if (history().Find(new RunQuery { Names = [name], Last = 1 }).Count == 0)
            {
                report(LookingErrors.RunNotFound(name, history()));
            }
        }

        return found;
    }

    /// <summary>The runs that some objects are, or are of, or name.</summary>
    internal IEnumerable<FlowRunRecord> ByObject(IEnumerable<object?> values)
    {
        foreach (object? value in values)
        {
            RunReference reference;
            try
            {
                reference = RunReference.Of(value);
            }
            catch (FlowException exception)
            {
                report(exception);
                continue;
            }

            IEnumerable<FlowRunRecord> found = reference.Id is { } id
                ? new[] { One(id, isChosen ? history() : reference.History ?? history()) }.OfType<FlowRunRecord>()
                : ByName([reference.Name!], new RunQuery());
            foreach (FlowRunRecord run in found)
            {
                yield return run;
            }
        }
    }

    private FlowRunRecord? One(Guid id, RunHistory where)
    {
        if (where.Find(id) is { } run)
        {
            return run;
        }

        report(LookingErrors.RunNotFound(id.ToString(), where));
        return null;
    }

    private static bool IsNamed(FlowRunRecord run, string name) => string.Equals(run.Name, name, StringComparison.OrdinalIgnoreCase);
}
