using System.Text;

namespace FlowModule.FlowHost.Terminal;

/// <summary>Writes streams as plain text: errors to standard error, everything else to standard output.</summary>
internal sealed class PlainUserInterface : UnattendedUserInterface
{
    private readonly Lock _gate = new();
    private readonly StreamWriter _output = Open(Console.OpenStandardOutput());
    private readonly StreamWriter _error = Open(Console.OpenStandardError());

    public override void Write(string value) => Emit(_output, value);

    public override void WriteLine(string value) => Emit(_output, value + Environment.NewLine);

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

    private void Emit(StreamWriter writer, string? text)
    {
        if (!string.IsNullOrEmpty(text))
        {
            lock (_gate)
            {
                writer.Write(WithoutColours(text));
            }
        }
    }

    // Flushed after each write: native commands write to the same handles, and a process that dies must not lose lines.
    private static StreamWriter Open(Stream stream) => new(stream, Utf8, bufferSize: 4096) { AutoFlush = true };
}
