using System.Text;

namespace FlowModule.Processes.Child;

/// <summary>
/// Writes a mark to the real standard output and error of this process, after everything that a run and its programs have written
/// there, whatever the run has set the console's writers to.
/// </summary>
internal sealed class StrayMark(string mark)
{
    private readonly byte[] _line = Encoding.UTF8.GetBytes(mark + "\n");
    private readonly Stream _output = Console.OpenStandardOutput();
    private readonly Stream _error = Console.OpenStandardError();

    internal void Write()
    {
        Write(_output, Console.Out);
        Write(_error, Console.Error);
    }

    private void Write(Stream stream, TextWriter writer)
    {
        try
        {
            writer.Flush();
            stream.Write(_line);
            stream.Flush();
        }
        catch (Exception exception) when (exception is IOException or ObjectDisposedException)
        {
            // A body has closed the stream, or nobody reads it any more.
        }
    }
}
