using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.Caching;
using FlowModule.Engine.Runs;
using FlowModule.Parameters;
using FlowModule.Starting;
using FlowModule.Stored;

namespace FlowModule.Commands;

/// <summary>What the cmdlets that run tasks have in common.</summary>
public abstract class TaskCommand : RunCommand
{
    private const string DefaultName = "task";
    private const string Named = "Name";

    /// <summary>The set without a name has to be the default: else a lone script block would leave the name missing.</summary>
    private protected const string Unnamed = "ScriptBlock";

    private Flow? _task;

    /// <summary>The task's name: its runs are named by it and a number.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Named)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = DefaultName;

    /// <summary>What the task does. Its param block declares the task's parameters.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = Named)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Unnamed)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>Values for the task's parameters, by name. A task that was started stands for its result.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Parameters { get; set; }

    /// <summary>Values for the task's parameters that differ from run to run: lists of equal length, or single values.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Map { get; set; }

    /// <summary>An object to run the task for, as $_; piped objects are one task run each.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Tasks that have to be over before this one starts. If one did not complete, this one is never run.</summary>
    [Parameter]
    [ValidateNotNull]
    public FlowRun[] DependsOn { get; set; } = [];

    /// <summary>Run even if a task that this one depends on did not complete; its state then stands in the place of its result.</summary>
    [Parameter]
    public SwitchParameter AllowFailure { get; set; }

    /// <summary>Take the result of an earlier run of the task with this key, if there is one: a text, or a script block that gives it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? CacheKey { get; set; }

    /// <summary>What makes the key, beside -CacheKey: the inputs, the source of the script block, the flow run.</summary>
    [Parameter]
    public CachePolicy CachePolicy { get; set; }

    /// <summary>How long a result may be taken: a time span, or a number of seconds.</summary>
    [Parameter]
    [TimeLength]
    public TimeSpan? CacheExpiration { get; set; }

    /// <summary>Compute anew, and keep the new result.</summary>
    [Parameter]
    public SwitchParameter RefreshCache { get; set; }

    /// <summary>Undoes the task if the flow run fails after the task has completed. Gets the task, its run and its state, as hooks do.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? OnRollback { get; set; }

    /// <summary>The task as what a flow is to the engine: a name and a script.</summary>
    private protected Flow Task => _task ??= new Flow(Name, ScriptBlock) { IsTask = true };

    /// <summary>The parameters of each run where -Map says them.</summary>
    private protected List<IDictionary>? Mapped { get; private set; }

    private protected bool HasInput => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    private protected RunFactory CreateFactory() => OrThrow(() => new RunFactory(this, Context, Parameters, Adjust, DependsOn, AllowFailure, History, SweepCrashed));

    /// <summary>What can be known to be wrong before anything runs.</summary>
    private protected void CheckInput()
    {
        OrThrow(() =>
        {
            FlowSignature.Of(Task).RequireNames(Task, [.. Parameters?.Keys.Cast<object>().Select(key => key.ToString()!) ?? [], .. Secret]);
            Mapped = Map is null ? null : FlowMap.For(Task, Map, Parameters, HasInput);
            KnownLimits.Require(Limit, History.Find(Context.CurrentRun).History);
            CheckCache();
            return true;
        });
    }

    private void CheckCache()
    {
        if (CacheExpiration < TimeSpan.Zero)
        {
            throw FlowException.InvalidParameter(
                $"-CacheExpiration is a time from now, and {CacheExpiration} is past.", "FlowCacheExpirationNegative", CacheExpiration);
        }

        if ((CacheExpiration is not null || RefreshCache) && CacheKey is null && !MyInvocation.BoundParameters.ContainsKey(nameof(CachePolicy)))
        {
            throw FlowException.InvalidParameter(
                "-CacheExpiration and -RefreshCache need a cached result to act on: say with -CacheKey or -CachePolicy what makes two calls the same.",
                "FlowCacheWithoutKey", Task);
        }
    }

    private protected override RunPolicy Adjust(RunPolicy policy)
    {
        policy = base.Adjust(policy);
        object? key = CacheKey is PSObject wrapped ? wrapped.BaseObject : CacheKey;
        if (key is null && CachePolicy == CachePolicy.None && OnRollback is null)
        {
            return policy;
        }

        return policy with
        {
            Cache = key is null && CachePolicy == CachePolicy.None ? null : new CacheSettings(key, CachePolicy, CacheExpiration, RefreshCache),
            Rollback = OnRollback,
        };
    }
}
