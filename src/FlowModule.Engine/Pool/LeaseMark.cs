using System.Security.Cryptography;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>What a caller writes beside a run that it sends. If it dies, another process finds the run by it, and where the worker's answer begins.</summary>
/// <param name="Run">The id of the run.</param>
/// <param name="Attempt">Its attempt.</param>
/// <param name="Note">What else that process must know.</param>
internal readonly record struct LeaseMark(Guid Run, int Attempt, byte[] Note)
{
    private const int IdBytes = 16;

    /// <summary>The last frame of the worker that was received before.</summary>
    internal long After { get; init; }

    /// <summary>How many bytes it had sent until then.</summary>
    internal long Received { get; init; }

    /// <summary>When it was sent, by the caller's clock: of several leases that had the same attempt, the last one has it.</summary>
    internal DateTimeOffset Sent { get; init; }

    /// <summary>The content of the frame: the id, and all else encrypted, with the bytes that are sent.</summary>
    internal byte[] Seal(long number, LeaseCipher? cipher, ReadOnlySpan<byte> bytes)
    {
        using var content = new MemoryStream();
        using var data = new BinaryWriter(content);
        data.Write(Run.ToByteArray(bigEndian: true));
        data.Write(Attempt);
        data.Write(After);
        data.Write(Received);
        data.Write(Sent.UtcTicks);
        data.Write(Note.Length);
        data.Write(Note);
        data.Write(bytes);
        data.Flush();
        return [.. Run.ToByteArray(bigEndian: true), .. cipher?.Seal(number, LeaseFrameKind.Run, content.ToArray()) ?? content.ToArray()];
    }

    /// <summary>Reads what <see cref="Seal"/> has made.</summary>
    /// <exception cref="CryptographicException">It was made with another key, or changed.</exception>
    internal static (LeaseMark Mark, byte[] Bytes) Open(LeaseFrame frame, LeaseCipher? cipher)
    {
        byte[] content = frame.Bytes[Math.Min(IdBytes, frame.Bytes.Length)..];
        using var data = new BinaryReader(new MemoryStream(cipher?.Open(frame with { Bytes = content }) ?? content));
        try
        {
            var run = new Guid(data.ReadBytes(IdBytes), bigEndian: true);
            int attempt = data.ReadInt32();
            long after = data.ReadInt64();
            long received = data.ReadInt64();
            var sent = new DateTimeOffset(data.ReadInt64(), TimeSpan.Zero);
            byte[] note = data.ReadBytes(data.ReadInt32());
            return (new LeaseMark(run, attempt, note) { After = after, Received = received, Sent = sent }, data.ReadBytes(LeasePipe.MostBytes));
        }
        catch (Exception exception) when (exception is EndOfStreamException or ArgumentException)
        {
            throw new CryptographicException("The frame was changed.", exception);
        }
    }
}
