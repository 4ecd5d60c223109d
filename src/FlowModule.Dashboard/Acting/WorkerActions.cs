using FlowModule.Dashboard.Reading;
using FlowModule.Dashboard.Security;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Dashboard.Acting;

/// <summary>The actions on workers, which Stop-FlowWorker does too. Each is recorded with its user.</summary>
internal sealed class WorkerActions(PoolReader pool, ActionLog log)
{
    private static readonly WorkerAction Drain = new("drain", "Drain", "It takes nothing new, and ends when what it executes has ended.", PoolOrder.Drain);

    private static readonly WorkerAction Stop = new("stop", "Stop", "It ends at once. What it executes is stopped, and begins again on another worker.", PoolOrder.Stop);

    /// <summary>Returns the actions that make a difference to a worker.</summary>
    internal static IReadOnlyList<WorkerAction> For(FlowWorker worker) =>
        worker.Row.IsHere ? [.. new[] { Drain, Stop }.Where(action => action.Order > worker.Row.Order)] : [];

    /// <summary>Executes an action. Returns the page that shows the outcome.</summary>
    /// <exception cref="DashboardException">The action is not possible.</exception>
    internal string Do(FlowWorker worker, string name, Visitor who)
    {
        WorkerAction action = For(worker).FirstOrDefault(known => known.Name == name) ?? throw new DashboardException(Refusal(worker, name));
        if (!pool.Tell(worker, action.Order))
        {
            throw new DashboardException($"Worker '{worker.Name}' has ended.");
        }

        log.Add(who.ToString(), $"{action.Label} worker", run: null, worker.Name, $"Told to {name}.");
        return Links.Workers;
    }

    internal static string Refusal(FlowWorker worker, string action) => $"'{action}' cannot be done with worker '{worker.Name}': it is {worker.Status}.";
}

/// <summary>An action on a worker.</summary>
/// <param name="Name">Its name in addresses.</param>
/// <param name="Label">The text of its button.</param>
/// <param name="Consequence">What it does.</param>
/// <param name="Order">What the worker is told.</param>
internal sealed record WorkerAction(string Name, string Label, string Consequence, PoolOrder Order)
{
    internal bool IsDangerous => Order == PoolOrder.Stop;
}
