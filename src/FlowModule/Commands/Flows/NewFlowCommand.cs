using System.Management.Automation;
using System.Management.Automation.Language;
using FlowModule.Completion;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Texts;
using FlowModule.Parameters;

namespace FlowModule.Commands;

/// <summary>Defines a flow, returns it, and registers it in the session under its name.</summary>
[Cmdlet(VerbsCommon.New, "Flow", DefaultParameterSetName = ScriptBlockSet, SupportsShouldProcess = true)]
[OutputType(typeof(Flow))]
public sealed class NewFlowCommand : PolicyCommand
{
    private const string ScriptBlockSet = "ScriptBlock";
    private const string PathSet = "Path";

    /// <summary>The flow's name. The default with -Path is the name of the file.</summary>
    [Parameter(Mandatory = true, Position = 0, ParameterSetName = ScriptBlockSet)]
    [Parameter(Position = 0, ParameterSetName = PathSet)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = string.Empty;

    /// <summary>The body of the flow. Its param block declares the flow's parameters.</summary>
    [Parameter(Mandatory = true, Position = 1, ParameterSetName = ScriptBlockSet)]
    [ValidateNotNull]
    public ScriptBlock ScriptBlock { get; set; } = null!;

    /// <summary>A script file that is the flow's body.</summary>
    [Parameter(Mandatory = true, ParameterSetName = PathSet)]
    [Alias("PSPath", "LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = string.Empty;

    /// <summary>What the flow is for.</summary>
    [Parameter]
    public string? Description { get; set; }

    /// <summary>The names of runs: a template such as 'etl-{Server}-{Date:yyyyMMdd}', or a script block.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public object? RunName { get; set; }

    /// <summary>How many subflows each Start-Subflow -Parallel in the flow runs at once.</summary>
    [Parameter]
    [ValidateRange(1, 10_000)]
    public int? ThrottleLimit { get; set; }

    /// <summary>How Start-FlowTask runs the flow's tasks: several at once on workers, or one after another in line.</summary>
    [Parameter]
    public FlowTaskRunner TaskRunner { get; set; }

    /// <summary>Words to find the flow's runs by.</summary>
    [Parameter]
    [ValidateNotNull]
    public string[] Tag { get; set; } = [];

    /// <summary>The queue whose workers execute the flow's runs.</summary>
    [Parameter]
    [ArgumentCompleter(typeof(FlowQueueCompleter))]
    [ValidateNotNullOrEmpty]
    public string? Queue { get; set; }

    /// <summary>The tags that a worker must have.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[] RequireTag { get; set; } = [];

    /// <summary>Whether the flow's runs come before or after others that wait for the same workers.</summary>
    [Parameter]
    public FlowPriority Priority { get; set; }

    /// <summary>Whether a run fails if its body wrote an error.</summary>
    [Parameter]
    public SwitchParameter FailOnError { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        Flow flow = OrThrow(MakeFlow);
        if (ShouldProcess(flow.Name, "New flow"))
        {
            Context.Flows.Add(flow);
            WriteObject(flow);
        }
    }

    private Flow MakeFlow()
    {
        object? runName = RunName is PSObject wrapped ? wrapped.BaseObject : RunName;
        runName = runName is string text ? VisibleText.OfName(text) : runName;
        if (runName is string template)
        {
            CheckTemplate(template);
        }

        string? file = null;
        ScriptBlock body = ScriptBlock;
        if (ParameterSetName == PathSet)
        {
            file = GetUnresolvedProviderPathFromPSPath(Path);
            body = Load(file);
            Name = Name.Length > 0 ? Name : System.IO.Path.GetFileNameWithoutExtension(file);
        }

        RunPolicy policy = Adjust(RunPolicy.Default);
        if (QueueParameters.KindOf(this, Queue, RequireTag, Priority) is { } kind)
        {
            policy = QueueParameters.Apply(policy, kind);
        }

        if (Secret.Length > 0)
        {
            var named = new Flow(Name, body, file);
            policy = policy with { Secrets = FlowSignature.Of(named).SecretNames(named, Secret) };
        }

        return new Flow(Name, body, file)
        {
            Description = Description,
            RunName = runName,
            Policy = policy,
            TaskRunner = TaskRunner,
            ThrottleLimit = ThrottleLimit,
            Tag = Array.ConvertAll(Tag, VisibleText.OfName),
            FailOnError = FailOnError,
        };
    }

    private static void CheckTemplate(string template)
    {
        try
        {
            RunNameTemplate.Parse(template);
        }
        catch (FormatException exception)
        {
            throw FlowException.InvalidParameter($"The run name '{template}' is not a template: {exception.Message}.", "FlowRunNameInvalid", template, exception);
        }
    }

    private static ScriptBlock Load(string file)
    {
        if (!File.Exists(file))
        {
            throw new FlowException($"There is no script file '{file}'.", "FlowFileNotFound", ErrorCategory.ObjectNotFound, file);
        }

        ScriptBlockAst ast = Parser.ParseFile(file, out _, out ParseError[] errors);
        return errors.Length == 0
            ? ast.GetScriptBlock()
            : throw new FlowException(
                $"The script file '{file}' does not parse: line {errors[0].Extent.StartLineNumber}: {errors[0].Message}",
                "FlowFileNotParsed", ErrorCategory.ParserError, file, new ParseException(errors));
    }
}
