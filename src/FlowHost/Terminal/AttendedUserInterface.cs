using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// PowerShell's own user interface, whose questions end when the script is to stop: by itself it reads on until a key is pressed, and the
/// script's finally blocks would wait for that.
/// </summary>
/// <param name="ui">The user interface of PowerShell's host.</param>
/// <param name="stopping">Fires when the script is told to stop.</param>
internal sealed class AttendedUserInterface(PSHostUserInterface ui, CancellationToken stopping) : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    public override PSHostRawUserInterface RawUI => ui.RawUI;

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

    public override string ReadLine() => Ask(ui.ReadLine);

    public override SecureString ReadLineAsSecureString() => Ask(ui.ReadLineAsSecureString);

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        Ask(() => ui.Prompt(caption, message, descriptions));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        Ask(() => ui.PromptForCredential(caption, message, userName, targetName));

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) =>
        Ask(() => ui.PromptForCredential(caption, message, userName, targetName, allowedCredentialTypes, options));

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        Ask(() => ui.PromptForChoice(caption, message, choices, defaultChoice));

    public Collection<int> PromptForChoice(string? caption, string? message, Collection<ChoiceDescription> choices, IEnumerable<int>? defaultChoices) =>
        Ask(() => ((IHostUISupportsMultipleChoiceSelection)ui).PromptForChoice(caption, message, choices, defaultChoices));

    // A read of the console cannot be called off: it is left behind on a pool thread, which holds up no exit.
    private T Ask<T>(Func<T> question)
    {
        Task<T> answer = Task.Run(question, CancellationToken.None);
        try
        {
            answer.Wait(stopping);
        }
        catch (OperationCanceledException)
        {
            throw new PipelineStoppedException();
        }
        catch (AggregateException)
        {
            // Thrown by the next line, as it was.
        }

        return answer.GetAwaiter().GetResult();
    }
}
