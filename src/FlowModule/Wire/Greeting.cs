using System.Buffers.Binary;
using System.Text;

namespace FlowModule.Wire;

/// <summary>
/// The first message of a peer: its version of the wire. No other version is accepted, so that codecs need not support older ones. Anyone who
/// changes a frame or a codec must increase the version.
/// </summary>
internal static class Greeting
{
    /// <summary>The version of this process.</summary>
    internal const int Version = 6;

    /// <summary>The version of the product, for people.</summary>
    internal static readonly string Product = typeof(Greeting).Assembly.GetName().Version?.ToString(fieldCount: 3) ?? string.Empty;

    /// <summary>Sends the greeting. Returns false if nobody reads any more.</summary>
    internal static bool TrySend(FrameChannel channel, int version = Version)
    {
        var frame = new FrameBuilder();
        Span<byte> number = stackalloc byte[sizeof(int)];
        BinaryPrimitives.WriteInt32LittleEndian(number, version);
        frame.Data.Write(number);
        frame.Data.Write(Encoding.UTF8.GetBytes(Product));
        return frame.TrySend(channel, FrameKind.Hello);
    }

    /// <summary>Waits for the greeting. Returns false if the peer ends first, or sends something else.</summary>
    /// <param name="channel">The channel to the peer.</param>
    /// <param name="peer">The peer's name in messages.</param>
    /// <exception cref="WireVersionException">It uses another version.</exception>
    internal static bool TryReceive(FrameChannel channel, string peer)
    {
        if (!channel.TryRead(out FrameKind kind, out byte[]? payload) || kind != FrameKind.Hello)
        {
            return false;
        }

        // Versions before the first one sent an empty frame.
        int version = payload.Length >= sizeof(int) ? BinaryPrimitives.ReadInt32LittleEndian(payload) : 0;
        return version == Version
            ? true
            : throw new WireVersionException(peer, version, payload.Length > sizeof(int) ? Encoding.UTF8.GetString(payload.AsSpan(sizeof(int))) : null, Product);
    }
}
