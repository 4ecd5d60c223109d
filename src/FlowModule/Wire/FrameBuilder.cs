using System.Text;

namespace FlowModule.Wire;

/// <summary>Builds the payloads of frames, one after another, in one reused buffer.</summary>
#pragma warning disable CA1001 // A memory stream holds no resources.
internal sealed class FrameBuilder
#pragma warning restore CA1001
{
    private const int KeptCapacity = 1024 * 1024;

    // For names and messages: invalid text must not end a run.
    internal static readonly Encoding Text = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: false);

    private static readonly byte[] Header = new byte[FrameChannel.HeaderLength];

    private MemoryStream _bytes = null!;

    internal FrameBuilder() => Begin();

    /// <summary>The writer of the payload.</summary>
    internal BinaryWriter Data { get; private set; } = null!;

    /// <summary>The payload so far.</summary>
    internal ReadOnlySpan<byte> Payload => _bytes.GetBuffer().AsSpan(Header.Length, (int)_bytes.Length - Header.Length);

    /// <summary>Starts a new payload and discards the previous one.</summary>
    internal void Begin()
    {
        // Payloads of many megabytes are rare, so their buffer is not kept.
        if (_bytes is null || _bytes.Capacity > KeptCapacity)
        {
            _bytes = new MemoryStream();
            Data = new BinaryWriter(_bytes, Text);
        }

        _bytes.SetLength(0);
        _bytes.Write(Header);
    }

    /// <summary>Sends the payload as a frame and starts a new one. False if nobody reads any more.</summary>
    internal bool TrySend(FrameChannel channel, FrameKind kind)
    {
        Data.Flush();
        bool sent = channel.TryWrite(kind, _bytes.GetBuffer().AsSpan(0, (int)_bytes.Length));
        Begin();
        return sent;
    }
}
