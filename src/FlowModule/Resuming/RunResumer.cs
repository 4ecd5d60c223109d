using System.Collections;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.History;
using FlowModule.Lookup;
using FlowModule.Parameters;
using FlowModule.Secrets;
using FlowModule.Sessions;
using FlowModule.Starting;
using FlowModule.Stored;

namespace FlowModule.Resuming;

/// <summary>Creates runs that continue runs from the history, or that do their work again.</summary>
/// <param name="cmdlet">The calling cmdlet.</param>
/// <param name="context">The session.</param>
internal sealed class RunResumer(PSCmdlet cmdlet, RunspaceContext context)
{
    private readonly StoredFlows _flows = new(cmdlet, context);

    /// <summary>The caller's options.</summary>
    /// <param name="Flow">The flow, if the caller names it.</param>
    /// <param name="Parameters">Values for parameters that were not kept.</param>
    /// <param name="Force">Whether commands that the flow calls may be missing.</param>
    internal sealed record Request(Flow? Flow, IDictionary Parameters, bool Force);

    /// <summary>The current record of the run, after runs of dead processes have been marked.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal static FlowRunRecord Look(FlowRunRecord record) => HistoryAccess.Read(record.History, history =>
    {
        history.SweepCrashed(isUrgent: true);
        return history.Find(record.Id);
    }) ?? throw LookingErrors.RunNotFound(record.Name, record.History);

    /// <summary>The flow run that contains a run, updated like in <see cref="Look"/>.</summary>
    /// <exception cref="FlowException">The history cannot be read.</exception>
    internal static FlowRunRecord LookAtRoot(FlowRunRecord record) =>
        Look(record.Id == record.RootId ? record : HistoryAccess.Read(record.History, history => history.Find(record.RootId)) ?? record);

    /// <summary>
    /// Whether an answered run must be resumed: no process executed it before the answer came, or it was suspended in the meantime. A run
    /// with a process takes the answer itself, and may have ended since.
    /// </summary>
    internal static bool IsLeft(FlowRunRecord before, FlowRunRecord after) => before.IsOver || (after.IsOver && after.State.Type == StateType.Paused);

    /// <summary>Creates the run that continues a run from the history, under its id. This process does not own it before <see cref="Take"/>.</summary>
    /// <exception cref="FlowException">It cannot be resumed.</exception>
    internal FlowRun Resume(FlowRunRecord record, Request request, ISubflowRunner runner)
    {
        if (WhyNotResumable(record) is { } why)
        {
            throw NotResumable(record, why);
        }

        return Make(record, request, runner, StoredRun.IdentityOf(record), flow => new RunRecording(record.History, flow) { EarlierStates = record.StateCount }, goesOn: true);
    }

    /// <summary>Creates a new run with the flow and the input of a run from the history.</summary>
    /// <param name="record">The run from the history.</param>
    /// <param name="request">The caller's options.</param>
    /// <param name="failedOnly">Whether what completed in it is taken over.</param>
    /// <param name="runner">Runs it.</param>
    /// <exception cref="FlowException">It cannot be created.</exception>
    internal FlowRun Restart(FlowRunRecord record, Request request, bool failedOnly, ISubflowRunner runner)
    {
        string? why = record.Kind != RunKind.Flow ? WhyNotOfKind(record, "restart") : record.IsOver ? null : $"It is {record.State.Name} in process {record.ProcessId}: stop it first.";
        if (why is not null)
        {
            throw new FlowException($"{Name(record)} cannot be restarted. {why}", "FlowRunNotRestartable", ErrorCategory.InvalidOperation, record);
        }

        return Make(record, request, runner, identity: null, flow => new RunRecording(record.History, flow) { RestartOf = record.Id }, failedOnly ? false : null);
    }

    /// <summary>Makes this process the owner of the run.</summary>
    /// <exception cref="FlowException">Another process owns it.</exception>
    internal static void Take(FlowRunRecord record, bool hasChanged)
    {
        string message = hasChanged ? "Resumed. The flow's script has changed since." : "Resumed.";
        var next = new FlowStateRecord(StateType.Scheduled, StateNames.Resuming, message, record.History.Time.GetLocalNow());
        if (!HistoryAccess.Change(record.History, store => store.Resumes.TryTake(record.Snapshot, next)))
        {
            throw NotResumable(record, WhyNotResumable(Look(record)) ?? "It has changed in the meantime: look again.");
        }
    }

    private FlowRun Make(FlowRunRecord record, Request request, ISubflowRunner runner, EarlierRun? identity, Func<FlowRun, RunRecording> recording, bool? goesOn)
    {
        Flow flow = _flows.Find(record, request.Flow, request.Force);
        (IDictionary given, object? item, bool hasItem, string[] secrets) = StoredInput.Of(record, request.Parameters);

        // The options of the original call apply, unless the caller names a flow; then that flow's options apply.
        RunPolicy policy = request.Flow is { IsNamed: true } ? flow.Policy : HistoryAccess.OptionsOf(record).Adjust(flow.Policy);

        // Secrets of the original run stay secret, also if the flow was created from its script and does not name them.
        policy = secrets.Length == 0 ? policy : policy with { Secrets = [.. policy.Secrets, .. secrets] };
        KnownLimits.Require(policy.Limits, record.History);

        // A session knows the workers of other machines only if it has named these. Otherwise the run continues in a process of this one.
        policy = context.Pools.Find(policy.WorkerKind) is null ? policy with { NamedKind = null } : context.Pools.Bind(policy, record.History);
        context.PoolOf(policy.WorkerKind);
        IDictionary parameters = FlowSignature.Of(flow).Bind(flow, given, item);
        var input = new RunInput(parameters, item);
        object? hostData = runner.Prepare(flow, policy, ref input);
        SecretTexts.RequireAllowed(context.Pools.Find(policy.WorkerKind), policy, input, hostData);
        string? name = identity is not null ? record.Name : RunNaming.NameFor(flow, parameters, item);
        StoredRuns? stored = goesOn is { } same && policy.ReusesCompleted ? new StoredRuns(() => StoredRun.Inside(record, same)) : null;
        bool isRetried = policy.Retry.Count > 0;
        AdoptedRun adopted = identity is null ? default : Adoptions.Find(context, policy, record);
        if (adopted.WhyNot is { } whyNot)
        {
            cmdlet.WriteWarning($"A worker may still execute run '{record.Name}', but it cannot be taken over from there: {whyNot} It begins again.");
        }

        var run = new FlowRun(flow, parent: null, TimeProvider.System, name, input.Parameters, input.Item, policy with { AdoptingKind = adopted.Kind?.Name }, earlier: Adoptions.IdentityOf(identity, adopted))
        {
            HasInput = hasItem,
            HostData = hostData,
            Ledger = stored is not null || (isRetried && policy.ReusesCompleted) ? new RunLedger(stored, isRetried) : null,
        };
        run.Listeners = context.Listeners;
        RunRecording own = recording(run);
        own.CrashHook = CrashHooks.TextOf(run.Policy);
        run.Recording = own;
        Adoptions.ExpectRepeated(run);
        if (StoredFlows.HasChanged(record, flow))
        {
            cmdlet.WriteWarning(
                $"The script of flow '{record.FlowName}' has changed since run '{record.Name}' was started"
                + $"{(goesOn is null ? "." : ": what completed then is taken over as it is, and what is left runs with the new script.")}");
        }

        return run;
    }

    private static string? WhyNotResumable(FlowRunRecord record) => record switch
    {
        { Kind: not RunKind.Flow } => WhyNotOfKind(record, "resume"),
        { IsOver: false, State: { Name: StateNames.AwaitingInput, Message: var prompt } } =>
            $"It is running in process {record.ProcessId} and waits for an answer: {prompt} Answer with -InputObject.",
        { IsOver: false } => $"It is {record.State.Name} in process {record.ProcessId}{(record.ComputerName == Environment.MachineName ? null : $" of {record.ComputerName}")}.",
        { State.Type: StateType.Completed } => "It has completed: Restart-FlowRun starts a new one.",
        _ => null,
    };

    private static string WhyNotOfKind(FlowRunRecord record, string verb)
    {
        if (record.Kind == RunKind.AdHoc)
        {
            return $"It is an ad hoc run, which has no script of its own: {verb} the runs in it (Get-FlowRun -Parent '{record.Name}').";
        }

        FlowRunRecord? root = HistoryAccess.Read(record.History, history => history.Find(record.RootId));
        return $"It is a {record.Kind.ToString().ToLowerInvariant()}: {verb} the flow run that contains it, '{root?.Name ?? record.RootId.ToString()}'.";
    }

    private static string Name(FlowRunRecord record) => $"Run '{record.Name}' of '{record.FlowName}'";

    private static FlowException NotResumable(FlowRunRecord record, string why) =>
        new($"{Name(record)} cannot be resumed. {why}", "FlowRunNotResumable", ErrorCategory.InvalidOperation, record);
}
