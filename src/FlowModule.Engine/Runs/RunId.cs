using System.Buffers.Binary;

namespace FlowModule.Engine.Runs;

/// <summary>Creates run ids: UUID version 7 (RFC 9562, section 5.7), so that ids sort by the creation times of their runs.</summary>
internal static class RunId
{
    internal static Guid New(DateTimeOffset now)
    {
        Span<byte> bytes = stackalloc byte[16];
        Guid random = Guid.NewGuid();
        random.TryWriteBytes(bytes, bigEndian: true, out _);
        Span<byte> time = stackalloc byte[8];
        BinaryPrimitives.WriteInt64BigEndian(time, now.ToUnixTimeMilliseconds());
        time[2..].CopyTo(bytes);
        bytes[6] = (byte)((bytes[6] & 0x0F) | 0x70);
        return new Guid(bytes, bigEndian: true);
    }
}
