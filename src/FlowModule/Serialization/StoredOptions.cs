using System.Collections;
using System.Collections.Specialized;
using System.Globalization;
using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;

namespace FlowModule.Serialization;

/// <summary>
/// The options of a run, by parameter name: those of its flow, and those that the call set differently.
/// Only explicit values are kept.
/// </summary>
internal sealed class StoredOptions
{
    private const string OfFlow = "Flow";
    private const string OfCall = "Call";
    private const string OfNeither = "Lost";
    private const string WorkerKind = "WorkerKind";

    private static readonly OrderedDictionary Defaults = All(new Flow("none", ScriptBlock.Create(string.Empty)), RunPolicy.Default);

    private readonly IDictionary _flow;
    private readonly IDictionary _call;

    internal StoredOptions(IDictionary? kept)
    {
        _flow = kept?[OfFlow] as IDictionary ?? new Hashtable();
        _call = kept?[OfCall] as IDictionary ?? new Hashtable();
        Lost = LanguagePrimitives.ConvertTo<string[]>(kept?[OfNeither]) ?? [];
    }

    /// <summary>The names of the options that could not be kept.</summary>
    internal string[] Lost { get; }

    /// <summary>The options to keep; null if there are none.</summary>
    internal static OrderedDictionary? Of(Flow flow, RunPolicy policy)
    {
        // Most runs have none.
        bool isOrdinary = ReferenceEquals(policy, RunPolicy.Default) && flow is { RunName: null, Description: null, ThrottleLimit: null, FailOnError: false, TaskRunner: default(FlowTaskRunner) };
        if (isOrdinary)
        {
            return null;
        }

        OrderedDictionary own = All(flow, flow.Policy);
        List<string> lost = [];
        var kept = new OrderedDictionary
        {
            [OfFlow] = Unlike(own, Defaults, lost),
            [OfCall] = ReferenceEquals(policy, flow.Policy) ? null : Unlike(All(flow, policy), own, lost),
            [OfNeither] = lost.ToArray(),
        };
        return kept;
    }

    /// <summary>The original flow with another script and name.</summary>
    internal Flow Flow(string name, ScriptBlock script, string[] tag) => new(name, script)
    {
        Tag = tag,
        Description = Get<string?>(_flow, nameof(FlowModule.Flow.Description), null),
        RunName = _flow[nameof(FlowModule.Flow.RunName)],
        TaskRunner = Get(_flow, nameof(FlowModule.Flow.TaskRunner), default(FlowTaskRunner)),
        ThrottleLimit = Get<int?>(_flow, nameof(FlowModule.Flow.ThrottleLimit), null),
        FailOnError = Get(_flow, nameof(FlowModule.Flow.FailOnError), false),
        Policy = On(RunPolicy.Default, _flow),
    };

    /// <summary>The policy, with the options of the call in place of those of the flow.</summary>
    internal RunPolicy Adjust(RunPolicy policy) => On(policy, _call);

    private static RunPolicy On(RunPolicy policy, IDictionary said)
    {
        if (said.Count == 0)
        {
            return policy;
        }

        RetryPolicy retry = policy.Retry;
        RunHooks hooks = policy.Hooks ?? new();
        hooks = new RunHooks
        {
            OnRunning = Scripts(said, nameof(RunHooks.OnRunning), hooks.OnRunning),
            OnCompletion = Scripts(said, nameof(RunHooks.OnCompletion), hooks.OnCompletion),
            OnFailure = Scripts(said, nameof(RunHooks.OnFailure), hooks.OnFailure),
            OnCancellation = Scripts(said, nameof(RunHooks.OnCancellation), hooks.OnCancellation),
            OnCrash = Scripts(said, nameof(RunHooks.OnCrash), hooks.OnCrash),
        };
        return policy with
        {
            TimeoutSeconds = Get(said, nameof(policy.TimeoutSeconds), policy.TimeoutSeconds),
            Retry = new RetryPolicy
            {
                Count = Get(said, "Retry", retry.Count),
                DelaySeconds = Get(said, "RetryDelaySeconds", retry.DelaySeconds.ToArray()),
                Backoff = Get(said, "RetryBackoff", retry.Backoff),
                MaxDelaySeconds = Get(said, "RetryMaxDelaySeconds", retry.MaxDelaySeconds),
                Jitter = Get(said, "RetryJitter", retry.Jitter),
                Condition = said.Contains("RetryIf") ? said["RetryIf"] : retry.Condition,
            },
            ReusesCompleted = !Get(said, "NoReuse", !policy.ReusesCompleted),
            Limits = Get(said, "Limit", policy.Limits.ToArray()),
            Isolation = Get(said, nameof(policy.Isolation), policy.Isolation),
            NamedKind = Get(said, WorkerKind, said.Contains(nameof(policy.Isolation)) ? null : policy.NamedKind),
            Secrets = Get(said, "Secret", policy.Secrets.ToArray()),
            Hooks = hooks.All.Any() ? hooks : null,
        };
    }

    private static OrderedDictionary All(Flow flow, RunPolicy policy)
    {
        RunHooks hooks = policy.Hooks ?? new();
        return new OrderedDictionary(StringComparer.OrdinalIgnoreCase)
        {
            [nameof(FlowModule.Flow.Description)] = flow.Description,
            [nameof(FlowModule.Flow.RunName)] = flow.RunName,
            [nameof(FlowModule.Flow.TaskRunner)] = flow.TaskRunner,
            [nameof(FlowModule.Flow.ThrottleLimit)] = flow.ThrottleLimit,
            [nameof(FlowModule.Flow.FailOnError)] = flow.FailOnError,
            [nameof(policy.TimeoutSeconds)] = policy.TimeoutSeconds,
            ["Retry"] = policy.Retry.Count,
            ["RetryDelaySeconds"] = policy.Retry.DelaySeconds.ToArray(),
            ["RetryBackoff"] = policy.Retry.Backoff,
            ["RetryMaxDelaySeconds"] = policy.Retry.MaxDelaySeconds,
            ["RetryJitter"] = policy.Retry.Jitter,
            ["RetryIf"] = policy.Retry.Condition,
            ["NoReuse"] = !policy.ReusesCompleted,
            ["Limit"] = policy.Limits.ToArray(),
            [nameof(policy.Isolation)] = policy.Isolation,
            [WorkerKind] = policy.NamedKind,
            ["Secret"] = policy.Secrets.ToArray(),
            [nameof(hooks.OnRunning)] = hooks.OnRunning.ToArray(),
            [nameof(hooks.OnCompletion)] = hooks.OnCompletion.ToArray(),
            [nameof(hooks.OnFailure)] = hooks.OnFailure.ToArray(),
            [nameof(hooks.OnCancellation)] = hooks.OnCancellation.ToArray(),
            [nameof(hooks.OnCrash)] = hooks.OnCrash.ToArray(),
        };
    }

    /// <summary>The options that differ from the others; scripts only if their text describes them fully.</summary>
    private static OrderedDictionary Unlike(OrderedDictionary options, OrderedDictionary others, List<string> lost)
    {
        var unlike = new OrderedDictionary(StringComparer.OrdinalIgnoreCase);
        foreach (DictionaryEntry option in options)
        {
            if (IsSame(option.Value, others[option.Key]))
            {
                continue;
            }

            if (HeldValues.Any(option.Value, static item => item is ScriptBlock { Module: { } module } && ClosureCapture.ModulePath(module) is null))
            {
                lost.Add((string)option.Key);
            }
            else
            {
                unlike[option.Key] = option.Value;
            }
        }

        return unlike;
    }

    private static bool IsSame(object? value, object? other) =>
        value is Array items && other is Array others ? items.Cast<object?>().SequenceEqual(others.Cast<object?>()) : Equals(value, other);

    private static IReadOnlyList<object> Scripts(IDictionary said, string name, IReadOnlyList<object> otherwise) =>
        said.Contains(name) ? [.. ((IEnumerable?)said[name] ?? Array.Empty<object>()).Cast<object>()] : otherwise;

    private static T Get<T>(IDictionary said, string name, T otherwise) =>
        !said.Contains(name) ? otherwise : said[name] is { } value ? LanguagePrimitives.ConvertTo<T>(value) : default!;
}
