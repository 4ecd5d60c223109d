using System.Buffers.Binary;
using System.Security.Cryptography;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>Encrypts the frames of one side of a lease, and sees that none was changed, exchanged or added.</summary>
/// <param name="key">The key of this side of this lease.</param>
internal sealed class LeaseCipher(byte[] key)
{
    private const int NonceBytes = 12;
    private const int TagBytes = 16;

    /// <summary>Encrypts the content of a frame.</summary>
    internal byte[] Seal(long number, LeaseFrameKind kind, ReadOnlySpan<byte> bytes)
    {
        using var cipher = new AesGcm(key, TagBytes);
        byte[] sealedBytes = new byte[bytes.Length + TagBytes];
        cipher.Encrypt(Nonce(number), bytes, sealedBytes.AsSpan(TagBytes), sealedBytes.AsSpan(0, TagBytes), [(byte)kind]);
        return sealedBytes;
    }

    /// <summary>Decrypts the content of a frame.</summary>
    /// <exception cref="CryptographicException">It was made with another key, or changed.</exception>
    internal byte[] Open(LeaseFrame frame)
    {
        if (frame.Bytes.Length < TagBytes)
        {
            throw new CryptographicException("The frame is not encrypted.");
        }

        using var cipher = new AesGcm(key, TagBytes);
        byte[] bytes = new byte[frame.Bytes.Length - TagBytes];
        cipher.Decrypt(Nonce(frame.Number), frame.Bytes.AsSpan(TagBytes), frame.Bytes.AsSpan(0, TagBytes), bytes, [(byte)frame.Kind]);
        return bytes;
    }

    private static byte[] Nonce(long number)
    {
        byte[] nonce = new byte[NonceBytes];
        BinaryPrimitives.WriteInt64LittleEndian(nonce, number);
        return nonce;
    }
}
