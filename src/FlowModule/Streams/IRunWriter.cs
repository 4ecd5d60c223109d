using System.Management.Automation;
using System.Management.Automation.Host;

namespace FlowModule.Streams;

/// <summary>The destination of the records and states of runs: the pipeline of a cmdlet, or the streams of a job.</summary>
internal interface IRunWriter
{
    /// <summary>Whether progress is shown where it goes.</summary>
    bool WantsProgress { get; }

    /// <summary>The lines that say how far runs are, where they are wanted and there is nothing to show a bar; else null.</summary>
    ProgressLines? ProgressLines { get; }

    /// <summary>The host whose user can be asked; null if nobody can.</summary>
    PSHost? Host { get; }

    void Output(FlowState state);

    void Error(ErrorRecord record);

    void Warning(WarningRecord record);

    void Verbose(VerboseRecord record);

    void Debug(DebugRecord record);

    void Information(InformationRecord record);

    void Progress(ProgressRecord record);
}
