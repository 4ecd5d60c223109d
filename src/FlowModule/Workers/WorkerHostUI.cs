using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;
using FlowModule.Streams;

namespace FlowModule.Workers;

/// <summary>Turns direct output of scripts to <c>$Host.UI</c> in a worker into records of the run; refuses questions.</summary>
internal sealed class WorkerHostUI(PSHostRawUserInterface? raw, Action<object> write) : PSHostUserInterface
{
    public override PSHostRawUserInterface? RawUI => raw;

    public override void Write(string value) => write(StreamRecords.Line(value, noNewLine: true));

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        write(StreamRecords.Line(value, foreground: foregroundColor, background: backgroundColor, noNewLine: true));

    public override void WriteLine(string value) => write(StreamRecords.Line(value));

    public override void WriteErrorLine(string value) => write(StreamRecords.Line(value, foreground: ConsoleColor.Red));

    public override void WriteWarningLine(string message) => write(new WarningRecord(RunLog.Own(message)));

    public override void WriteVerboseLine(string message) => write(new VerboseRecord(RunLog.Own(message)));

    public override void WriteDebugLine(string message) => write(new DebugRecord(RunLog.Own(message)));

    public override void WriteProgress(long sourceId, ProgressRecord record) => write(record);

    public override string ReadLine() => throw Refuse();

    public override SecureString ReadLineAsSecureString() => throw Refuse();

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) => throw Refuse();

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) => throw Refuse();

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) => throw Refuse();

    public override PSCredential PromptForCredential(
        string caption, string message, string userName, string targetName, PSCredentialTypes allowedCredentialTypes, PSCredentialUIOptions options) => throw Refuse();

    private static PSInvalidOperationException Refuse() =>
        new("A subflow in a worker cannot ask questions: nobody can see which of the parallel runs is asking. Ask before Start-Subflow, and pass the answer on.");
}
