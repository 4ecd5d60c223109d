using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// PowerShell's own user interface, with questions that end when the script must stop: the original continues to read until a key is pressed, and the
/// script's finally blocks would have to wait for that.
/// </summary>
/// <param name="ui">The user interface of PowerShell's host.</param>
/// <param name="stopping">Cancelled when the script must stop.</param>
internal sealed class AttendedUserInterface(PSHostUserInterface ui, CancellationToken stopping) : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    public override PSHostRawUserInterface RawUI { get; } = new AttendedRawUserInterface(ui.RawUI, stopping);

    public override bool SupportsVirtualTerminal => ui.SupportsVirtualTerminal;

    public override void Write(string value) => ui.Write(value);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => ui.Write(foregroundColor, backgroundColor, value);

    public override void WriteLine(string value) => ui.WriteLine(value);

    public override void WriteErrorLine(string value) => ui.WriteErrorLine(value);

    public override void WriteWarningLine(string message) => ui.WriteWarningLine(message);

    public override void WriteVerboseLine(string message) => ui.WriteVerboseLine(message);

    public override void WriteDebugLine(string message) => ui.WriteDebugLine(message);

    public override void WriteInformation(InformationRecord record) => ui.WriteInformation(record);

    public override void WriteProgress(long sourceId, ProgressRecord record) => ui.WriteProgress(sourceId, record);

    public override string ReadLine() => Answer.Wait(ui.ReadLine, stopping);

    public override SecureString ReadLineAsSecureString() => Answer.Wait(ui.ReadLineAsSecureString, stopping);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        Answer.Wait(() => ui.Prompt(caption, message, descriptions), stopping);

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        Answer.Wait(() => ui.PromptForCredential(caption, message, userName, targetName), stopping);

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        Answer.Wait(() => ui.PromptForCredential(caption, message, userName, targetName, allowedCredentialTypes, options), stopping);

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Answer.Wait(() => ui.PromptForChoice(caption, message, choices, defaultChoice), stopping);

    public Collection<int> PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices) =>
        Answer.Wait(() => ((IHostUISupportsMultipleChoiceSelection)ui).PromptForChoice(caption, message, choices, defaultChoices), stopping);
}
