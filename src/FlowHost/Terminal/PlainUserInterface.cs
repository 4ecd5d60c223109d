using System.Collections.ObjectModel;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Internal;
using System.Security;
using System.Text;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// Writes streams as plain text: errors to standard error, everything else to standard output, no progress. Questions are errors, because nobody can answer.
/// </summary>
internal sealed class PlainUserInterface : PSHostUserInterface
{
    private const char Escape = '\u001b';
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _gate = new();
    private readonly StreamWriter _output = Open(Console.OpenStandardOutput());
    private readonly StreamWriter _error = Open(Console.OpenStandardError());

    public PlainUserInterface()
    {
        if (OperatingSystem.IsWindows())
        {
            // Output of [Console] and of native commands must have the same encoding.
            Console.OutputEncoding = Utf8;
        }
    }

    public override PSHostRawUserInterface RawUI { get; } = new PlainRawUserInterface();

    public override void Write(string value) => Emit(_output, value);

    public override void WriteLine(string value) => Emit(_output, value + Environment.NewLine);

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => Write(value);

    public override void WriteErrorLine(string value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            Emit(_error, value + Environment.NewLine);
        }
    }

    public override void WriteWarningLine(string message) => WriteLine("WARNING: " + message);

    public override void WriteVerboseLine(string message) => WriteLine("VERBOSE: " + message);

    public override void WriteDebugLine(string message) => WriteLine("DEBUG: " + message);

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

    private void Emit(StreamWriter writer, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            lock (_gate)
            {
                writer.Write(text.Contains(Escape, StringComparison.Ordinal) ? new StringDecorated(text).ToString(OutputRendering.PlainText) : text);
            }
        }
    }

    // Flushed after each write: native commands write to the same handles, and a process that dies must not lose lines.
    private static StreamWriter Open(Stream stream) => new(stream, Utf8, bufferSize: 4096) { AutoFlush = true };
}
