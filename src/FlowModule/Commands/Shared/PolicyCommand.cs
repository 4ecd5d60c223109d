using System.Management.Automation;
using FlowModule.Completion;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Texts;
using FlowModule.Scripts;

namespace FlowModule.Commands;

/// <summary>The policies of runs, as parameters that are the same for flows, subflows and tasks.</summary>
public abstract class PolicyCommand : FlowCommand, IRefusalFailsScript
{
    private protected PolicyCommand()
    {
    }

    /// <summary>How long one attempt may take, in seconds.</summary>
    [Parameter]
    [ValidateRange(0.001, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? TimeoutSeconds { get; set; }

    /// <summary>How often a failed run is retried.</summary>
    [Parameter]
    [ValidateRange(0, int.MaxValue)]
    public int Retry { get; set; }

    /// <summary>The delay before a retry, in seconds; or several, for the first retry, the second and so on. The last one repeats.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double[] RetryDelaySeconds { get; set; } = [];

    /// <summary>How the last delay grows as it repeats: it stays, grows by itself, or doubles.</summary>
    [Parameter]
    public RetryBackoff RetryBackoff { get; set; }

    /// <summary>The longest delay, in seconds, including backoff and jitter.</summary>
    [Parameter]
    [ValidateRange(0.0, 4_000_000)]
    [Duration(inSeconds: true)]
    public double? RetryMaxDelaySeconds { get; set; }

    /// <summary>The random part of a delay, from 0 to 1: with 0.5, a delay of 10 seconds takes 5 to 15.</summary>
    [Parameter]
    [ValidateRange(0.0, 1.0)]
    public double RetryJitter { get; set; }

    /// <summary>Decides whether to retry after a failure. Receives the failed state, also as $_.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? RetryIf { get; set; }

    /// <summary>Whether to run again what completed in an earlier attempt, instead of taking its results.</summary>
    [Parameter]
    public SwitchParameter NoReuse { get; set; }

    /// <summary>Names of limits (New-FlowLimit). The run needs a slot of each.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowLimitCompleter))]
    [ValidateNotNullOrEmpty]
    public string[] Limit { get; set; } = [];

    /// <summary>Where the body runs: in a shared runspace, a separate runspace, or a separate process.</summary>
    [Parameter]
    public FlowIsolation Isolation { get; set; }

    /// <summary>Names of parameters whose values the history does not keep, and masks in logs and messages.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] Secret { get; set; } = [];

    /// <summary>Called when an attempt begins. Hooks receive the flow or task, the run and the state, which is also in $_. Several are called in order.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[] OnRunning { get; set; } = [];

    /// <summary>Called when the run has ended Completed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[] OnCompletion { get; set; } = [];

    /// <summary>Called when the run has ended Failed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[] OnFailure { get; set; } = [];

    /// <summary>Called when the run has ended Cancelled.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[] OnCancellation { get; set; } = [];

    /// <summary>Called when the run has ended Crashed.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public ScriptBlock[] OnCrash { get; set; } = [];

    /// <summary>The policy, with the parameters of this call in place of its own values.</summary>
    private protected virtual RunPolicy Adjust(RunPolicy policy)
    {
        // Most calls have no policy parameters and need no new object.
        if (!MyInvocation.BoundParameters.Keys.Any(PolicyParameters.Contains))
        {
            return policy;
        }

        RetryPolicy retry = policy.Retry;
        RunHooks hooks = policy.Hooks ?? new();
        hooks = new RunHooks
        {
            OnRunning = Given<IReadOnlyList<object>>(nameof(OnRunning), OnRunning, hooks.OnRunning),
            OnCompletion = Given<IReadOnlyList<object>>(nameof(OnCompletion), OnCompletion, hooks.OnCompletion),
            OnFailure = Given<IReadOnlyList<object>>(nameof(OnFailure), OnFailure, hooks.OnFailure),
            OnCancellation = Given<IReadOnlyList<object>>(nameof(OnCancellation), OnCancellation, hooks.OnCancellation),
            OnCrash = Given<IReadOnlyList<object>>(nameof(OnCrash), OnCrash, hooks.OnCrash),
        };
        return policy with
        {
            TimeoutSeconds = TimeoutSeconds ?? policy.TimeoutSeconds,
            Retry = new RetryPolicy
            {
                Count = Given(nameof(Retry), Retry, retry.Count),
                DelaySeconds = Given(nameof(RetryDelaySeconds), RetryDelaySeconds, retry.DelaySeconds),
                Backoff = Given(nameof(RetryBackoff), RetryBackoff, retry.Backoff),
                MaxDelaySeconds = RetryMaxDelaySeconds ?? retry.MaxDelaySeconds,
                Jitter = Given(nameof(RetryJitter), RetryJitter, retry.Jitter),
                Condition = RetryIf ?? retry.Condition,
            },
            ReusesCompleted = Given(nameof(NoReuse), !NoReuse, policy.ReusesCompleted),
            Limits = Given<IReadOnlyList<string>>(nameof(Limit), Array.ConvertAll(Limit, VisibleText.OfName), policy.Limits),
            Isolation = Given(nameof(Isolation), Isolation, policy.Isolation),
            NamedKind = Given(nameof(Isolation), null, policy.NamedKind),
            Secrets = [.. policy.Secrets, .. Secret],
            Hooks = hooks.All.Any() ? hooks : null,
        };
    }

    private protected T Given<T>(string parameter, T given, T otherwise) =>
        MyInvocation.BoundParameters.ContainsKey(parameter) ? given : otherwise;

    private static readonly HashSet<string> PolicyParameters = new(
        [.. typeof(PolicyCommand).GetProperties().Where(property => property.DeclaringType == typeof(PolicyCommand)).Select(property => property.Name)],
        StringComparer.OrdinalIgnoreCase);
}
