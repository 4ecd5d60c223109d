using System.Management.Automation;

namespace FlowModule.Streams;

/// <summary>The destination of the records and states of runs: the pipeline of a cmdlet, or the streams of a job.</summary>
internal interface IRunWriter
{
    void Output(FlowState state);

    void Error(ErrorRecord record);

    void Warning(WarningRecord record);

    void Verbose(VerboseRecord record);

    void Debug(DebugRecord record);

    void Information(InformationRecord record);

    void Progress(ProgressRecord record);
}
