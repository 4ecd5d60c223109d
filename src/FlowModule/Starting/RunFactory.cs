using System.Collections;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.FanOuts;
using FlowModule.Engine.History;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Schedules.Ticks;
using FlowModule.Engine.States;
using FlowModule.Engine.Tasks;
using FlowModule.History;
using FlowModule.Parameters;
using FlowModule.Secrets;
using FlowModule.Sessions;
using FlowModule.Stored;

namespace FlowModule.Starting;

/// <summary>Creates the runs of one cmdlet call: binds their parameters and names them.</summary>
/// <param name="cmdlet">The cmdlet.</param>
/// <param name="context">The session.</param>
/// <param name="fixedParameters">Values for parameters that are the same in all runs.</param>
/// <param name="adjust">Applies the policies of the call to those of the flow; null for none.</param>
/// <param name="dependsOn">Tasks that must end before a run starts, in addition to those in its input.</param>
/// <param name="allowFailure">Whether a run starts even if those did not complete.</param>
/// <param name="history">The history for top-level runs; null for the default history.</param>
/// <param name="opened">Called with the history of such runs when the first of them has been created, before it is started.</param>
/// <param name="group">The ad hoc run that contains the runs; null for none. It begins before the first of them is created.</param>
internal sealed class RunFactory(
    PSCmdlet cmdlet, RunspaceContext context, IDictionary? fixedParameters, Func<RunPolicy, RunPolicy>? adjust, FlowRun[]? dependsOn = null, bool allowFailure = false, HistoryChoice? history = null,
    Action<RunHistory>? opened = null, AdHocRun? group = null)
{
    private static readonly Hashtable Nothing = [];

    // Before anything is created, because it may refuse all runs.
    private readonly (RunHistory? Where, bool IsRequired) _history = (history ?? HistoryChoice.Usual).Find(context.CurrentRun);

    private readonly StartIdentities _identities = new();
    private Action<RunHistory>? _opened = context.CurrentRun is null ? opened : null;
    private FlowRun[]? _commonHandles;
    private Flow? _flow;
    private RunPolicy _policy = RunPolicy.Default;

    internal FlowRun? Parent { get; } = context.CurrentRun;

    /// <summary>Whether the call creates a run for each of several inputs.</summary>
    internal bool MakesMany { private get; init; }

    /// <summary>Whether the runs are only planned: then they take neither a number for their name nor the result of an earlier run.</summary>
    internal bool OnlyPlans { private get; init; }

    /// <summary>How many workers there can be for runs of a flow at once, as far as that is known; null if nothing limits them.</summary>
    /// <exception cref="FlowException">There can be none.</exception>
    internal int? CapacityFor(Flow? flow) => OnlyPlans ? null : context.Pools.Find(Bind(flow?.Policy ?? RunPolicy.Default).WorkerKind)?.Capacity;

    /// <summary>Creates a run; if its input is invalid, also returns the reason with which it must fail.</summary>
    internal (FlowRun Run, RunFailure? Failure) Create(Flow flow, IDictionary? mapped, object? item, bool hasItem, ISubflowRunner runner)
    {
        try
        {
            return (CreateOrThrow(flow, mapped, item, hasItem, runner), null);
        }
        catch (FlowException exception) when (!exception.IsAboutTheFlow)
        {
            var input = new RunInput(mapped ?? fixedParameters ?? Nothing, item);
            var run = new FlowRun(flow, Parent, TimeProvider.System, NameOf(flow, name: null), input.Parameters, item, PolicyOf(flow), flow.IsTask) { HasInput = hasItem, IsOneOfMany = MakesMany, Group = Group() };
            Record(run, IdentityOf(flow, input, hasItem, surroundings: null), earlier: null);
            TellOpened();
            return (run, new RunFailure(exception.Message, exception.ErrorRecord));
        }
    }

    /// <summary>Creates a run whose input must be valid.</summary>
    /// <exception cref="FlowException">It is invalid.</exception>
    internal FlowRun CreateOrThrow(Flow flow, IDictionary? mapped, object? item, bool hasItem, ISubflowRunner runner)
    {
        RunPolicy policy = PolicyOf(flow);
        if (policy.Limits.Count > 0)
        {
            KnownLimits.Require(policy.Limits, _history.Where);
        }

        if (policy.Cache is { } cache && !cache.Policy.HasFlag(CachePolicy.Run))
        {
            HistoryErrors.RequireShared(_history.Where, "A cache that outlives the run");
        }

        context.PoolOf(policy.WorkerKind);
        IDictionary? given = RunParameters.Merge(fixedParameters, mapped);
        RunDependencies? dependencies = DependenciesOf(flow, given, mapped, item);

        // Results of tasks can only be bound when the tasks have ended.
        IDictionary parameters = dependencies is null ? FlowSignature.Of(flow).Bind(flow, given, item) : given ?? Nothing;
        string? name = NameOf(flow, RunNaming.NameFor(flow, parameters, item));
        var input = new RunInput(parameters, item);
        RunInput there = input;
        object? hostData = runner.Prepare(flow, policy, ref there);
        SecretTexts.RequireAllowed(context.Pools.Find(policy.WorkerKind), policy, there, hostData);

        Closure? surroundings = SurroundingsOf(flow, policy, hostData);
        StartIdentity? identity = IdentityOf(flow, input, hasItem, surroundings);
        LedgerEntry? entry = LedgerEntries.Enter(Parent, identity);
        var earlier = entry?.Claim() as StoredRun;
        AdoptedRun adopted = earlier?.GoesOn == true && entry!.Completed is null ? Adoptions.Find(context, policy, earlier.Stored) : default;
        if (adopted.WhyNot is { } whyNot)
        {
            entry!.WhyAgain = $"{entry.WhyAgain} A worker may still execute it, but it cannot be taken over from there: {whyNot}";
        }

        var run = new FlowRun(
            flow, Parent, TimeProvider.System, earlier?.GoesOn == true ? earlier.Stored.Name : name, there.Parameters, there.Item, adopted.Kind is null ? policy : policy with { AdoptingKind = adopted.Kind.Name }, flow.IsTask,
            Adoptions.IdentityOf(earlier?.Identity, adopted))
        {
            HasInput = hasItem,
            IsOneOfMany = MakesMany,
            HostData = hostData,
            StandsForEarlier = earlier is not null && entry!.Completed is not null,
            Group = Group(),
            IsInline = Parent is not null && runner.IsInline(policy),
            Dependencies = dependencies,
            LedgerEntry = entry,
            Ledger = LedgerEntries.LedgerFor(policy, entry),
            Surroundings = DependsOnSurroundings(policy) ? _identities.OfSurroundings(surroundings, hasItem) : default,
            Instance = Parent is null && group is null && !flow.IsTask && earlier is null ? ScheduledInstance.Current : null,
        };
        Record(run, identity, earlier);
        Adoptions.ExpectRepeated(run);
        TellOpened();
        return run;
    }

    private FlowRun? Group()
    {
        group?.Begin();
        return group?.Run;
    }

    /// <summary>Not earlier: another thread may still be opening the history, while this one has bound the input and captured the closure.</summary>
    private void TellOpened()
    {
        if (_opened is { } opened && _history.Where is { } where)
        {
            _opened = null;
            opened(where);
        }
    }

    /// <summary>
    /// Whether the start may be compared with others: by a later attempt of the run around it, or when that run is resumed. What a run does to clean
    /// up is done each time.
    /// </summary>
    private bool IsCompared => !OnlyPlans && Parent is { CurrentAttempt: { Stop: null, IsClosed: false } } && (_history.Where is not null || Parent.Ledger is not null);

    private StartIdentity? IdentityOf(Flow flow, in RunInput input, bool hasItem, Closure? surroundings) =>
        IsCompared ? _identities.Of(flow, input, hasItem, surroundings, PolicyOf(flow).Secrets) : null;

    private static bool DependsOnSurroundings(RunPolicy policy) => policy.Cache?.Policy.HasFlag(CachePolicy.Inputs) == true;

    /// <summary>The values that the script reads from its surroundings, if they are compared.</summary>
    private Closure? SurroundingsOf(Flow flow, RunPolicy policy, object? hostData) => !IsCompared && !DependsOnSurroundings(policy)
        ? null
        : hostData is SubflowWork work ? work.Closure : new ClosureCapture(context, cmdlet).CaptureHere(flow);

    /// <summary>A run is recorded in the history of the run around it, and tells the same listeners.</summary>
    private void Record(FlowRun run, StartIdentity? identity, StoredRun? earlier)
    {
        if (Parent is null)
        {
            run.Listeners = context.Listeners;
        }

        if (_history.Where is not { } where)
        {
            if (RunSecrets.HandOver is not null)
            {
                RunSecrets.Learn(run);
            }

            return;
        }

        // A run that only repeats the result of an earlier attempt must not be found in addition to it.
        bool isRepeated = run.LedgerEntry?.Completed is not null;
        RunRecording recording = earlier?.Record(where, run, identity?.Kept) ?? new RunRecording(where, run) { Key = isRepeated ? null : identity?.Kept };
        recording.CrashHook = CrashHooks.TextOf(run.Policy);
        recording.IsRequired = _history.IsRequired;
        run.Recording = recording;
    }

    /// <exception cref="FlowException">The run would wait for itself.</exception>
    private RunDependencies? DependenciesOf(Flow flow, IDictionary? parameters, IDictionary? mapped, object? item)
    {
        FlowRun[] runs = TaskHandles.In(mapped, item, _commonHandles ??= TaskHandles.In(fixedParameters, item: null, dependsOn?.Distinct().ToArray() ?? []));
        if (runs.Length == 0)
        {
            return null;
        }

        if (WaitGraph.WouldNeverEnd(Parent, runs))
        {
            throw new FlowException(
                $"{(flow.IsTask ? "Task" : "Flow")} '{flow.Name}' would wait for itself: it depends on a run that can end only after it.",
                "FlowDependencyCycle", ErrorCategory.InvalidOperation, flow) { IsAboutTheFlow = true };
        }

        FlowSignature.Of(flow).RequireNames(flow, parameters?.Keys.Cast<object>().Select(key => key.ToString()!) ?? []);
        return new RunDependencies(runs, allowFailure, TaskHandles.Resolve);
    }

    private string? NameOf(Flow flow, string? name) =>
        name ?? (flow.IsTask && !OnlyPlans ? RunName.OfTask(flow.Name, Parent?.FlowRunOf().CurrentAttempt.NextTaskNumber(flow.Name) ?? context.NextLooseTaskNumber(flow.Name)) : null);

    private RunPolicy Bind(RunPolicy policy) => context.Pools.Bind(adjust is null ? policy : adjust(policy), _history.Where);

    private RunPolicy PolicyOf(Flow flow)
    {
        if (!ReferenceEquals(_flow, flow))
        {
            _policy = Bind(flow.Policy);
            if (_policy.Secrets.Count > 0)
            {
                _policy = _policy with { Secrets = FlowSignature.Of(flow).SecretNames(flow, _policy.Secrets) };
            }

            _flow = flow;
        }

        return _policy;
    }
}
