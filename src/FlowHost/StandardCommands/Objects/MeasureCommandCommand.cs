using System.Diagnostics;
using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Measure-Command, without input from the pipeline.</summary>
[Cmdlet(VerbsDiagnostic.Measure, "Command")]
internal sealed class MeasureCommandCommand : PSCmdlet
{
    [Parameter(Position = 0, Mandatory = true)]
    public ScriptBlock? Expression { get; set; }

    protected override void EndProcessing()
    {
        Stopwatch watch = Stopwatch.StartNew();

        // In the caller's scope: what the expression sets stays set. Its output is not asked for.
        InvokeCommand.InvokeScript(useLocalScope: false, Expression, input: null);
        WriteObject(watch.Elapsed);
    }
}
