using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text;

namespace FlowModule.FlowHost.Terminal;

/// <summary>
/// Standard output and standard error as one ordered place to write: decorated on a terminal, plain text elsewhere.
/// </summary>
internal sealed class ConsoleOutput
{
    private const char Escape = '\u001b';
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly Lock _gate = new();
    private readonly StreamWriter _output = Open(Console.OpenStandardOutput());
    private readonly StreamWriter _error = Open(Console.OpenStandardError());
    private readonly bool _decorateOutput;
    private readonly bool _decorateError;
    private readonly ProgressLine? _progress;
    private bool _atLineStart = true;

    public ConsoleOutput()
    {
        // https://no-color.org: set to anything but the empty string, it means no colour.
        bool wanted = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"))
            && !string.Equals(Environment.GetEnvironmentVariable("TERM"), "dumb", StringComparison.Ordinal);
        OutputIsTerminal = !Console.IsOutputRedirected;
        bool errorIsTerminal = !Console.IsErrorRedirected;
        _decorateOutput = wanted && OutputIsTerminal;
        _decorateError = wanted && errorIsTerminal;
        IsDecorated = _decorateOutput || _decorateError;

        // Progress repaints its line with escape sequences, so it needs a terminal that takes them; colour it does without.
        if (OutputIsTerminal && wanted)
        {
            _progress = new ProgressLine(_output);
        }

        if (OperatingSystem.IsWindows())
        {
            // The console decodes what we write by its code page.
            Console.OutputEncoding = Utf8;
        }
    }

    /// <summary>Whether standard output is a terminal.</summary>
    public bool OutputIsTerminal { get; }

    /// <summary>Whether one of the two shows colours.</summary>
    public bool IsDecorated { get; }

    public void Write(string? text)
    {
        lock (_gate)
        {
            _progress?.Clear();
            Emit(_output, text, _decorateOutput);
        }
    }

    public void WriteError(string? text)
    {
        lock (_gate)
        {
            _progress?.Clear();
            Emit(_error, text, _decorateError);
        }
    }

    public void ShowProgress(long sourceId, ProgressRecord record)
    {
        if (_progress is null)
        {
            return;
        }

        lock (_gate)
        {
            // A line that is only half written would be painted over.
            _progress.Update(sourceId, record, canPaint: _atLineStart);
        }
    }

    /// <summary>Removes what progress has left on the screen.</summary>
    public void EndProgress()
    {
        lock (_gate)
        {
            _progress?.Reset();
        }
    }

    private void Emit(StreamWriter writer, string? text, bool decorate)
    {
        if (string.IsNullOrEmpty(text))
        {
            return;
        }

        writer.Write(!decorate && text.Contains(Escape, StringComparison.Ordinal)
            ? new StringDecorated(text).ToString(OutputRendering.PlainText)
            : text);
        _atLineStart = text[^1] == '\n';
    }

    // Flushed at each write: native commands write to the same handles, and a process that dies must not take lines with it.
    private static StreamWriter Open(Stream stream) => new(stream, Utf8, bufferSize: 4096) { AutoFlush = true };
}
