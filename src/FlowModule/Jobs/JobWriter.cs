using System.Management.Automation;
using FlowModule.Streams;

namespace FlowModule.Jobs;

/// <summary>Writes to the streams of the job that is set.</summary>
internal sealed class JobWriter : IRunWriter
{
    internal Job Job { private get; set; } = null!;

    public void Output(FlowState state) => Job.Output.Add(PSObject.AsPSObject(state));

    public void Error(ErrorRecord record)
    {
        if (NativeText.Is(record))
        {
            // Receive-Job would end at an error where a script wants that of errors: this is text.
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
