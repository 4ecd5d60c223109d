using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;
using System.Text;

namespace FlowModule.FlowHost.Terminal;

/// <summary>The user interface of a process without a user: no progress, and questions are errors, because nobody can answer.</summary>
internal abstract class UnattendedUserInterface : PSHostUserInterface
{
    private protected static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private protected UnattendedUserInterface()
    {
        if (OperatingSystem.IsWindows())
        {
            // Output of [Console] and of native commands must have the same encoding.
            Console.OutputEncoding = Utf8;
        }
    }

    public override PSHostRawUserInterface RawUI { get; } = new PlainRawUserInterface();

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteProgress(long sourceId, ProgressRecord record)
    {
        // In a file, each update would be a line.
    }

    public override string ReadLine() => throw NobodyAnswers("Reading a line");

    public override SecureString ReadLineAsSecureString() => throw NobodyAnswers("Reading a line");

    public override Dictionary<string, PSObject> Prompt(string caption, string message, Collection<FieldDescription> descriptions) =>
        throw NobodyAnswers("The prompt for " + string.Join(", ", descriptions.Select(field => field.Name)));

    public override PSCredential PromptForCredential(string caption, string message, string userName, string targetName) =>
        throw NobodyAnswers("The prompt for a credential");

    public override PSCredential PromptForCredential(
        string caption,
        string message,
        string userName,
        string targetName,
        PSCredentialTypes allowedCredentialTypes,
        PSCredentialUIOptions options) => throw NobodyAnswers("The prompt for a credential");

    public override int PromptForChoice(string caption, string message, Collection<ChoiceDescription> choices, int defaultChoice) =>
        throw NobodyAnswers("The choice");

    // Parameter binding converts a HostException to its error about missing mandatory parameters.
    internal static HostException NobodyAnswers(string wanted) => new(
        $"{wanted} needs an answer, but standard input is not a terminal.",
        innerException: null,
        errorId: "InputNotInteractive",
        ErrorCategory.InvalidOperation);

    private protected static string WithoutColours(string text) =>
        text.Contains('\u001b', StringComparison.Ordinal) ? new StringDecorated(text).ToString(OutputRendering.PlainText) : text;
}
