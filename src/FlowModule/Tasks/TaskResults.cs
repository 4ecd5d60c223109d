using System.Management.Automation;
using System.Management.Automation.Host;
using FlowModule.Streams;

namespace FlowModule.Tasks;

/// <summary>
/// Writes the outcome of tasks: their data, or their states. A failure is kept until the end, when all requested tasks have run; later
/// failures are written as errors.
/// </summary>
internal sealed class TaskResults(PSCmdlet cmdlet, CmdletWriter writer, bool returnState, bool throwsFailures = true) : IRunWriter
{
    private ErrorRecord? _failure;

    public bool WantsProgress => writer.WantsProgress;

    public ProgressLines? ProgressLines => writer.ProgressLines;

    public PSHost? Host => writer.Host;

    public void Output(FlowState state)
    {
        if (returnState)
        {
            cmdlet.WriteObject(state);
        }
        else if (state.IsCompleted)
        {
            if (state.Result is not null)
            {
                cmdlet.WriteObject(state.Result, enumerateCollection: true);
            }
        }
        else if (throwsFailures && state.Error is ErrorRecord error)
        {
            Fail(RunErrors.Labelled(error, state.Run));
        }
    }

    /// <summary>Records that a requested task has failed.</summary>
    internal void Fail(ErrorRecord error)
    {
        if (_failure is null)
        {
            _failure = error;
        }
        else
        {
            writer.Error(error);
        }
    }

    /// <summary>Throws the first failure, if there is one.</summary>
    internal void ThrowFailure()
    {
        if (_failure is { } failure)
        {
            _failure = null;
            cmdlet.ThrowTerminatingError(ThrownErrors.AtItsPlace(failure));
        }
    }

    public void Error(ErrorRecord record) => writer.Error(record);

    public void Warning(WarningRecord record) => writer.Warning(record);

    public void Verbose(VerboseRecord record) => writer.Verbose(record);

    public void Debug(DebugRecord record) => writer.Debug(record);

    public void Information(InformationRecord record) => writer.Information(record);

    public void Progress(ProgressRecord record) => writer.Progress(record);
}
