using System.Collections;
using System.Management.Automation;
using FlowModule.Engine.Caching;
using FlowModule.Engine.Runs;
using FlowModule.Parameters;
using FlowModule.Starting;
using FlowModule.Stored;

namespace FlowModule.Commands;

/// <summary>Base of the cmdlets that run tasks.</summary>
public abstract class TaskCommand : RunCommand
{
    private const string DefaultName = "task";
    private const string Named = "Name";

    /// <summary>The parameter set without a name must be the default: otherwise a lone script block would leave the name missing.</summary>
    private protected const string Unnamed = "ScriptBlock";

    private Flow? _task;
    private RunConsent? _consent;

    private protected TaskCommand()
    {
    }

    /// <summary>The task's name: the names of its runs are this name and a number.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Named)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = DefaultName;

    /// <summary>The body of the task. Its param block declares the task's parameters.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = Named)]
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = Unnamed)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>Values for the task's parameters, by name. The handle of a started task stands for its result.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Parameters { get; set; }

    /// <summary>Values for the task's parameters that differ from run to run: lists of equal length, or single values.</summary>
    [Parameter]
    [ValidateNotNull]
    public IDictionary? Map { get; set; }

    /// <summary>An object to run the task for, as $_; each piped object is a separate task run.</summary>
    [Parameter(ValueFromPipeline = true)]
    [AllowNull]
    [AllowEmptyString]
    [AllowEmptyCollection]
    public object? InputObject { get; set; }

    /// <summary>Tasks that must end before this one starts. If one does not complete, this task never runs.</summary>
    [Parameter]
    [ValidateNotNull]
    public FlowRun[] DependsOn { get; set; } = [];

    /// <summary>Whether to run even if a dependency did not complete; its state then replaces its result.</summary>
    [Parameter]
    public SwitchParameter AllowFailure { get; set; }

    /// <summary>Takes the result of an earlier run of the task with this key, if there is one: a text, or a script block that returns it.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? CacheKey { get; set; }

    /// <summary>The other parts of the key: the inputs, the source of the script block, the flow run.</summary>
    [Parameter]
    public CachePolicy CachePolicy { get; set; }

    /// <summary>How long a result is valid: a time span, or a number of seconds.</summary>
    [Parameter]
    [Duration]
    public TimeSpan? CacheExpiration { get; set; }

    /// <summary>Whether to compute the result again and keep the new one.</summary>
    [Parameter]
    public SwitchParameter RefreshCache { get; set; }

    /// <summary>Undoes the task if the flow run fails after the task has completed. Receives the task, its run and its state, like hooks.</summary>
    [Parameter]
    [ValidateNotNull]
    public ScriptBlock? OnRollback { get; set; }

    /// <summary>The task in the form of a flow, as the engine needs it: a name and a script.</summary>
    private protected Flow TaskDefinition => _task ??= new Flow(Name, ScriptBlock) { IsTask = true };

    /// <summary>The parameters of each run, if -Map sets them.</summary>
    private protected List<IDictionary>? Mapped { get; private set; }

    private protected bool HasInput => MyInvocation.ExpectingInput || MyInvocation.BoundParameters.ContainsKey(nameof(InputObject));

    /// <summary>Asks once whether the tasks may run, if the call is to ask.</summary>
    /// <param name="inputs">The number of piped objects, if they were collected.</param>
    /// <param name="action">What the command does.</param>
    private protected bool MayRun(int? inputs, string action) =>
        Consent is not { Asks: true, OnlyPlans: false } || ShouldProcess(RunDescription.OfMany(Name, Mapped?.Count ?? inputs ?? 1), action);

    private protected RunFactory CreateFactory() => OrThrow(() => new RunFactory(this, Context, Parameters, Adjust, DependsOn, AllowFailure, History, Consent.OnlyPlans ? null : SweepCrashed)
    {
        MakesMany = HasInput || Map is not null,
        OnlyPlans = Consent.OnlyPlans,
    });

    private protected RunConsent Consent => _consent ??= new RunConsent(this);

    /// <summary>Checks for errors that are known before anything runs.</summary>
    private protected void CheckInput()
    {
        OrThrow(() =>
        {
            FlowSignature.Of(TaskDefinition).RequireNames(TaskDefinition, [.. Parameters?.Keys.Cast<object>().Select(key => key.ToString()!) ?? [], .. Secret]);
            Mapped = Map is null ? null : FlowMap.For(TaskDefinition, Map, Parameters, HasInput);
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
                $"-CacheExpiration is a duration from now, and {CacheExpiration} is in the past.", "FlowCacheExpirationNegative", CacheExpiration);
        }

        if ((CacheExpiration is not null || RefreshCache) && CacheKey is null && !MyInvocation.BoundParameters.ContainsKey(nameof(CachePolicy)))
        {
            throw FlowException.InvalidParameter(
                "-CacheExpiration and -RefreshCache need -CacheKey or -CachePolicy, which say what makes two calls the same.",
                "FlowCacheWithoutKey", TaskDefinition);
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
