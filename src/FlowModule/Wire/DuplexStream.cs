namespace FlowModule.Wire;

/// <summary>Two streams, one for each direction, as one.</summary>
internal sealed class DuplexStream(Stream input, Stream output) : WireStream
{
    public override int Read(Span<byte> buffer) => input.Read(buffer);

    public override void Write(ReadOnlySpan<byte> buffer)
    {
        output.Write(buffer);
        output.Flush();
    }

    public override void Flush() => output.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            Close(output);
            Close(input);
        }

        base.Dispose(disposing);
    }

    private static void Close(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            // Bytes that were still to be written have nobody to read them.
        }
    }
}
