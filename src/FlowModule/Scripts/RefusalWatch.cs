using System.Management.Automation;
using FlowModule.Streams;

namespace FlowModule.Scripts;

/// <summary>
/// The last command of a script's pipeline, in place of Out-Default, to which it passes everything. It notes if a command that defines or runs flows
/// was refused: a job that has run nothing must not look successful. Errors that the script catches do not arrive here.
/// </summary>
[Cmdlet("Out", "Default")]
internal sealed class RefusalWatch : PSCmdlet, IDisposable
{
    /// <summary>The command. PowerShell gives native programs the console only before a command with this name.</summary>
    internal static readonly CmdletInfo Command = new("Out-Default", typeof(RefusalWatch));

    /// <summary>The same under another name, before which the output of native programs is text in the pipeline.</summary>
    internal static readonly CmdletInfo PipedCommand = new("Out-FlowData", typeof(RefusalWatch));

    private SteppablePipeline? _output;

    [Parameter(ValueFromPipeline = true)]
    public PSObject? InputObject { get; set; }

    /// <summary>Called with the errors.</summary>
    [Parameter(Mandatory = true)]
    public Action<ErrorRecord> Refused { get; set; } = null!;

    /// <summary>Called with each output; returns whether it has shown it, so that Out-Default does not. Null to show all there.</summary>
    [Parameter]
    public Func<object?, bool>? Show { get; set; }

    public void Dispose() => _output?.Dispose();

    protected override void BeginProcessing()
    {
        _output = ScriptBlock.Create("Out-Default").GetSteppablePipeline(MyInvocation.CommandOrigin);
        _output.Begin(this);
    }

    protected override void ProcessRecord()
    {
        var error = InputObject?.BaseObject as ErrorRecord;
        if (error is not null && IsRefusal(error))
        {
            Refused(error);
        }

        if (Show?.Invoke(InputObject?.BaseObject) == true)
        {
            return;
        }

        using (new MaskedError(error))
        {
            _output!.Process(InputObject);
        }
    }

    protected override void EndProcessing() => _output!.End();

    /// <summary>Whether it is invalid input to a command of the script itself; errors that runs write are part of their states.</summary>
    private static bool IsRefusal(ErrorRecord error) =>
        error.Exception is FlowException or ParameterBindingException && RunErrors.RunOf(error) is null
        && error.InvocationInfo?.MyCommand is CmdletInfo { ImplementingType: var command } && command.IsAssignableTo(typeof(IRefusalFailsScript));
}
