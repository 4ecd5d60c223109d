using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Writes each of PowerShell's streams where and how pwsh does; asks questions in its other part.</summary>
internal sealed partial class ConsoleUserInterface(ConsoleOutput output, ConsoleInput input)
    : PSHostUserInterface, IHostUISupportsMultipleChoiceSelection
{
    public override PSHostRawUserInterface RawUI { get; } = new ConsoleRawUserInterface(output, input);

    public override bool SupportsVirtualTerminal => output.IsDecorated;

    private static PSStyle.FormattingData Formatting => PSStyle.Instance.Formatting;

    /// <summary>Sends what is formatted for output to standard error: how an error that ended the script is shown.</summary>
    public bool OutputGoesToError { get; set; }

    public override void Write(string value) => output.Write(value);

    public override void WriteLine() => WriteLine(string.Empty);

    public override void WriteLine(string value)
    {
        if (OutputGoesToError)
        {
            WriteErrorLine(value);
        }
        else
        {
            output.Write(value + Environment.NewLine);
        }
    }

    public override void Write(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        output.Write(Paint(foregroundColor, backgroundColor, value));

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) =>
        output.Write(Paint(foregroundColor, backgroundColor, value) + Environment.NewLine);

    // The engine has coloured what it formats.
    public override void WriteErrorLine(string value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            output.WriteError(value + Environment.NewLine);
        }
    }

    public override void WriteWarningLine(string message) => output.Write(Paint(Formatting.Warning, "WARNING: " + message));

    public override void WriteVerboseLine(string message) => output.Write(Paint(Formatting.Verbose, "VERBOSE: " + message));

    public override void WriteDebugLine(string message) => output.Write(Paint(Formatting.Debug, "DEBUG: " + message));

    public override void WriteProgress(long sourceId, ProgressRecord record) => output.ShowProgress(sourceId, record);

    public override string ReadLine() => input.ReadLine();

    public override SecureString ReadLineAsSecureString() => input.ReadSecureLine(Write);

    private static string Paint(string style, string text) => style + text + PSStyle.Instance.Reset + Environment.NewLine;

    private static string Paint(ConsoleColor foreground, ConsoleColor background, string value)
    {
        string style = (IsNamed(foreground) ? PSStyle.MapForegroundColorToEscapeSequence(foreground) : string.Empty)
            + (IsNamed(background) ? PSStyle.MapBackgroundColorToEscapeSequence(background) : string.Empty);
        return style.Length == 0 ? value : style + value + PSStyle.Instance.Reset;
    }

    private static bool IsNamed(ConsoleColor color) => color is >= ConsoleColor.Black and <= ConsoleColor.White;
}
