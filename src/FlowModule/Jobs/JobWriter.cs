using System.Management.Automation;
using System.Management.Automation.Host;
using FlowModule.Streams;

namespace FlowModule.Jobs;

/// <summary>Writes to the streams of the current job.</summary>
internal sealed class JobWriter : IRunWriter
{
    internal Job Job { private get; set; } = null!;

    public bool WantsProgress => true;

    public ProgressLines? ProgressLines => null;

    public PSHost? Host => null;

    public void Output(FlowState state) => Job.Output.Add(PSObject.AsPSObject(state));

    public void Error(ErrorRecord record)
    {
        if (NativeText.Is(record))
        {
            // As text in the information stream: with $ErrorActionPreference = 'Stop', Receive-Job would end at a record in the error stream.
            Job.Information.Add(StreamRecords.Line(record.ToString()));
        }
        else
        {
            Job.Error.Add(record);
        }
    }

    public void Warning(WarningRecord record) => Job.Warning.Add(record);

    public void Verbose(VerboseRecord record) => Job.Verbose.Add(record);

    public void Debug(DebugRecord record) => Job.Debug.Add(record);

    public void Information(InformationRecord record) => Job.Information.Add(record);

    public void Progress(ProgressRecord record) => Job.Progress.Add(record);
}
