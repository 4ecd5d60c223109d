using System.Management.Automation;
using System.Text;
using System.Text.RegularExpressions;
using FlowModule.Secrets;
using FlowModule.Streams;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// Writes everything that a script shows to standard output as lines of JSON (<see cref="JsonLog"/>): what is about a run, with the run. A text
/// that a script writes in pieces is one line; a text of several lines is one too.
/// </summary>
internal sealed partial class JsonUserInterface : UnattendedUserInterface
{
    // A line of the engine is written when its record comes; its text, which follows at once on the same thread, is not.
    [ThreadStatic]
    private static string? s_written;

    private readonly Lock _gate = new();
    private readonly StringBuilder _open = new();
    private readonly JsonLog _log = new(Console.OpenStandardOutput());

    public JsonUserInterface()
    {
        OutputSource.IsWanted = true;

        // What a script writes to [Console] would break the lines.
        Console.SetOut(new ConsoleText(this));
    }

    public override void Write(string value)
    {
        string text = WithoutColours(value ?? string.Empty);
        int end = text.LastIndexOf('\n');
        if (end < 0)
        {
            lock (_gate)
            {
                _open.Append(text);
            }

            return;
        }

        WriteLine(text[..end].TrimEnd('\r'));
        Write(text[(end + 1)..]);
    }

    public override void WriteLine(string value)
    {
        if (s_written is { } written)
        {
            s_written = null;
            if (string.Equals(written, value, StringComparison.Ordinal))
            {
                return;
            }
        }

        string text = Whole(WithoutColours(value ?? string.Empty));
        if (text.Length > 0)
        {
            Say(FlowLogLevel.Information, text);
        }
    }

    public override void WriteLine(ConsoleColor foregroundColor, ConsoleColor backgroundColor, string value) => WriteLine(value);

    public override void WriteErrorLine(string value) => Say(FlowLogLevel.Error, value);

    public override void WriteWarningLine(string message) => Say(FlowLogLevel.Warning, message);

    public override void WriteVerboseLine(string message) => Say(FlowLogLevel.Verbose, message);

    public override void WriteDebugLine(string message) => Say(FlowLogLevel.Debug, message);

    /// <summary>Called with each record before its text.</summary>
    public override void WriteInformation(InformationRecord record)
    {
        if (record.MessageData is LogMessage { Facts: var facts } message)
        {
            s_written = message.Message;
            _log.Write(facts, KnownSecrets.Mask(facts.Text ?? WithoutTime(message.Message)));
        }
    }

    /// <summary>Writes an output of the script if it is an error or a state. Returns whether it was.</summary>
    internal bool TryWrite(object? output)
    {
        switch (output)
        {
            case ErrorRecord error:
                Write(error);
                return true;
            case FlowState state:
                _log.Write(LineFacts.Of(state), KnownSecrets.Mask(state.Message ?? state.Name));
                return true;
            default:
                return false;
        }
    }

    /// <summary>Writes the error that ended the script.</summary>
    internal void Write(Exception fault) =>
        Write((fault as IContainsErrorRecord)?.ErrorRecord ?? new ErrorRecord(fault, "FlowHostFailure", ErrorCategory.NotSpecified, targetObject: null));

    private void Write(ErrorRecord error)
    {
        bool isText = NativeText.Is(error);
        LineFacts facts = (OutputSource.Current ?? LineFacts.None) with { Level = isText ? FlowLogLevel.Information : FlowLogLevel.Error };
        facts = RunErrors.RunOf(error) is { } run ? facts with { Run = run } : facts;
        _log.Write(facts, KnownSecrets.Mask(WithoutColours(error.ToString())), isText ? null : error);
    }

    /// <summary>Writes what has no end of line yet.</summary>
    internal void Complete()
    {
        string rest = Whole(string.Empty);
        if (rest.Length > 0)
        {
            Say(FlowLogLevel.Information, rest);
        }
    }

    private string Whole(string end)
    {
        lock (_gate)
        {
            string text = _open.Length == 0 ? end : _open.Append(end).ToString();
            _open.Clear();
            return text;
        }
    }

    private void Say(FlowLogLevel level, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            _log.Write((OutputSource.Current ?? LineFacts.None) with { Level = level }, KnownSecrets.Mask(WithoutTime(WithoutColours(text))));
        }
    }

    /// <summary>Lines of the scheduler, and of the module in a worker process, have their time in their text.</summary>
    private static string WithoutTime(string text) => Time().Replace(text, string.Empty);

    [GeneratedRegex(@"^\d\d:\d\d:\d\d\.\d\d\d \| ", RegexOptions.None, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex Time();

    private sealed class ConsoleText(JsonUserInterface ui) : TextWriter
    {
        public override Encoding Encoding => Utf8;

        public override void Write(char value) => ui.Write(value.ToString());

        public override void Write(string? value) => ui.Write(value ?? string.Empty);

        public override void Write(char[] buffer, int index, int count) => ui.Write(new string(buffer, index, count));
    }
}
