using System.Collections;
using System.Globalization;
using FlowModule.Sessions;
using FlowModule.Starting;

namespace FlowModule;

/// <summary>A run of a plan: its parameters and its options.</summary>
public sealed class FlowPlanRun
{
    private static readonly string[] CacheWord = ["cache"];

    private readonly string? _input;
    private readonly bool _hasCache;

    internal FlowPlanRun(FlowRun run, string? problem, FlowClosureItem[] closure, IWorkerKind? kind)
    {
        var flow = (Flow)run.Flow;
        FlowName = flow.Name;
        RunName = flow.RunName is null ? null : run.Name;
        InputObject = run.InputObject;
        Parameters = run.Parameters;
        TimeoutSeconds = run.Policy.TimeoutSeconds;
        Retry = run.Policy.Retry.Count;
        Limit = [.. run.Policy.Limits];
        Isolation = run.Policy.Isolation;
        HostName = [.. kind?.HostNames ?? []];
        Queue = kind?.Queue;
        IsTask = flow.IsTask;
        IsCached = problem is null && run.Policy.Cache is not null ? CacheKeys.IsCached(run) : null;
        _hasCache = run.Policy.Cache is not null;
        Problem = problem;
        Closure = closure;
        _input = flow.DescribeInput(run);
    }

    /// <summary>Its place in the order, from 1.</summary>
    public int Number { get; internal set; }

    /// <summary>The wave in which it would start, from 1.</summary>
    public int Wave { get; internal set; }

    /// <summary>The name of the flow.</summary>
    public string FlowName { get; }

    /// <summary>The name from the flow's template; null if the run would get a generated name.</summary>
    public string? RunName { get; }

    /// <summary>The piped object of the run, or null.</summary>
    public object? InputObject { get; }

    /// <summary>The parameters as bound and validated. The body converts them to its types.</summary>
    public IDictionary Parameters { get; }

    /// <summary>How long an attempt may take, in seconds, or null.</summary>
    public double? TimeoutSeconds { get; }

    /// <summary>How often it would be retried.</summary>
    public int Retry { get; }

    /// <summary>The limits of which it would need a slot.</summary>
    public string[] Limit { get; }

    /// <summary>The machines of which one would execute the body. Empty: this one.</summary>
    public string[] HostName { get; }

    /// <summary>The queue from which a worker would take the run, with what the worker needs; null without one.</summary>
    public string? Queue { get; }

    /// <summary>Where the body would run.</summary>
    public FlowIsolation Isolation { get; }

    /// <summary>Whether the run would take its result from the cache, and its body would not run. Null if it has no cache, or if this is known only when it runs.</summary>
    public bool? IsCached { get; }

    /// <summary>The name of the run that has the same -IdempotencyKey: its state would be returned, and nothing would run. Null if there is none.</summary>
    public string? ExistingRun { get; internal init; }

    /// <summary>Why the run would fail before its body starts, because its input does not fit; otherwise null.</summary>
    public string? Problem { get; }

    /// <summary>The variables and functions that the body would take along to a worker. Empty if it would run in this session.</summary>
    public FlowClosureItem[] Closure { get; }

    /// <summary>Distinguishes the run from others of the same flow; null if nothing does.</summary>
    internal string? Label
    {
        get
        {
            string? label = RunName is null || _input is null || Engine.Runs.RunName.Shows(RunName, _input, task: null) ? RunName ?? _input : $"{RunName} ({_input})";
            if ((ExistingRun is null ? IsCached == true ? "cached" : null : $"run '{ExistingRun}' has the key") is { } instead)
            {
                return label is null ? instead : $"{label} ({instead})";
            }

            return Problem is null ? label : $"{label}{(label is null ? null : ": ")}would fail. {Problem}";
        }
    }

    private bool IsTask { get; }

    /// <summary>The flow and the common options of its runs.</summary>
    internal string Describe() => string.Join(", ",
    [
        $"{(IsTask ? "task" : "flow")} '{FlowName}'",
        .. TimeoutSeconds is { } seconds ? new[] { string.Create(CultureInfo.InvariantCulture, $"timeout {seconds} s") } : [],
        .. Retry > 0 ? new[] { string.Create(CultureInfo.InvariantCulture, $"{Retry} {(Retry == 1 ? "retry" : "retries")}") } : [],
        .. Limit.Length > 0 ? new[] { $"limit {string.Join(" and ", Limit)}" } : [],
        .. _hasCache ? CacheWord : [],
        .. HostName.Length > 0 ? new[] { $"on {string.Join(" or ", HostName)}" } : Queue is { } queue ? new[] { $"queue {queue}" } : Isolation != FlowIsolation.Runspace ? new[] { $"isolation {Isolation}" } : [],
    ]);

    /// <inheritdoc/>
    public override string ToString() => $"{FlowName}{(Label is { } label ? $": {label}" : null)}";
}
