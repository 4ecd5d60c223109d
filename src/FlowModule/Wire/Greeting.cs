using System.Buffers.Binary;
using System.Text;

namespace FlowModule.Wire;

/// <summary>
/// What the peer says first: which version of the wire it speaks. There is one version and no other is understood, so that codecs need not
/// care for older ones; whoever changes a frame or a codec raises the version.
/// </summary>
internal static class Greeting
{
    /// <summary>The version that is spoken here.</summary>
    internal const int Version = 1;

    private static readonly string Product = typeof(Greeting).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? string.Empty;

    /// <summary>Says it. False when nobody reads any more.</summary>
    internal static bool TrySend(FrameChannel channel, int version = Version)
    {
        var frame = new FrameBuilder();
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, version);
        frame.Data.Write(number);
        frame.Data.Write(Encoding.UTF8.GetBytes(Product));
        return frame.TrySend(channel, FrameKind.Hello);
    }

    /// <summary>Waits for it. False when the peer ends before, or says something else.</summary>
    /// <param name="channel">The way to the peer.</param>
    /// <param name="peer">What the peer is, for a message.</param>
    /// <exception cref="WireVersionException">It speaks another version.</exception>
    internal static bool TryReceive(FrameChannel channel, string peer)
    {
        if (!channel.TryRead(out FrameKind kind, out byte[]? payload) || kind != FrameKind.Hello)
        {
            return false;
        }

        // Before there were versions, the frame was empty.
        int version = payload.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(payload) : 0;
        return version == Version
            ? true
            : throw new WireVersionException(peer, version, payload.Length > sizeof(int) ? Encoding.UTF8.GetString(payload.AsSpan(sizeof(int))) : null, Product);
    }
}
