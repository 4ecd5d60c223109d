using System.Management.Automation;

namespace FlowModule.Hosting;

/// <summary>Writes to the streams of a job.</summary>
internal sealed class JobWriter(FlowJob job) : IRunWriter
{
    public void Output(FlowState state)
    {
        job.Note(state);
        job.Output.Add(PSObject.AsPSObject(state));
    }

    public void Error(ErrorRecord record)
    {
        if (NativeText.Is(record))
        {
            // Receive-Job would end at an error where a script wants that of errors: this is text.
            job.Information.Add(StreamRecords.Line(record.ToString()));
        }
        else
        {
            job.Error.Add(record);
        }
    }

    public void Warning(WarningRecord record) => job.Warning.Add(record);

    public void Verbose(VerboseRecord record) => job.Verbose.Add(record);

    public void Debug(DebugRecord record) => job.Debug.Add(record);

    public void Information(InformationRecord record) => job.Information.Add(record);

    public void Progress(ProgressRecord record) => job.Progress.Add(record);
}
