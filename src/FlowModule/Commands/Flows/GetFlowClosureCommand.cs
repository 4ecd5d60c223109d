using System.Management.Automation;
using FlowModule.Closures;
using FlowModule.Completion;

namespace FlowModule.Commands;

/// <summary>Shows what a flow would take along from here to a worker.</summary>
[Cmdlet(VerbsCommon.Get, "FlowClosure")]
[OutputType(typeof(FlowClosureItem))]
public sealed class GetFlowClosureCommand : FlowCommand
{
    /// <summary>The flow: the object, its name, or a script block.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ArgumentCompleter(typeof(FlowNameCompleter))]
    [ValidateNotNull]
    public object Flow { get; set; } = null!;

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        Flow flow = OrThrow(() => FlowReference.Resolve(Flow, Context));
        Closure closure = OrThrow(() => new ClosureCapture(Context, this).Capture(flow));
        WriteObject(FlowClosureItem.List(flow, closure), enumerateCollection: true);
    }
}
