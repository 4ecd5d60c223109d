using System.Text;

namespace FlowModule.Processes.Child;

/// <summary>
/// Writes a mark to the real standard output and error of this process, after everything that a run and its programs have written
/// there, whatever the run has set the console's writers to.
/// </summary>
/// <param name="mark">The mark.</param>
/// <param name="isJoined">Whether standard output goes to standard error: then one mark is enough.</param>
internal sealed class StrayMark(string mark, bool isJoined)
{
    private readonly byte[] _line = Encoding.UTF8.GetBytes(mark + "\n");
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Stream _error = Console.OpenStandardError();

    internal void Write()
    {
        Write(isJoined ? null : _output, Console.Out);
        Write(_error, Console.Error);
    }

    private void Write(Stream? stream, TextWriter writer)
    {
        try
        {
            writer.Flush();
            stream?.Write(_line);
            stream?.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A body has closed the stream, or nobody reads it any more.
        }
    }
}
