using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Storage.Leases;

namespace FlowModule.Engine.Pool;

/// <summary>A key that callers and workers have, and the database has not: who can read the database sees neither values nor secrets.</summary>
internal sealed class PoolKey
{
    /// <summary>How many characters its text has at least.</summary>
    internal const int ShortestText = 32;

    private const int KeyBytes = 32;
    private const int NameBytes = 4;

    private readonly byte[] _key;

    /// <param name="text">At least <see cref="ShortestText"/> random characters.</param>
    internal PoolKey(string text)
    {
        _key = SHA256.HashData(Encoding.UTF8.GetBytes(text.Trim()));
        Name = Convert.ToHexString(Derive(_key, "name"u8, [], NameBytes)).ToLowerInvariant();
    }

    /// <summary>Tells keys apart, without telling them.</summary>
    internal string Name { get; }

    /// <summary>Whether a text can be a key.</summary>
    internal static bool IsKey(string text) => text.Trim().Length >= ShortestText;

    /// <summary>Returns what encrypts the frames of one side of a lease. Each has a key of its own, so that the number of a frame is never used twice with one key.</summary>
    internal LeaseCipher CipherOf(Guid lease, LeaseSide side) => new(Derive(_key, [(byte)'0', (byte)side], lease.ToByteArray(), KeyBytes));

    private static byte[] Derive(byte[] key, ReadOnlySpan<byte> use, ReadOnlySpan<byte> of, int length)
    {
        byte[] derived = new byte[length];
        HKDF.DeriveKey(HashAlgorithmName.SHA256, key, derived, of, use);
        return derived;
    }
}
