using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Files;

namespace FlowModule.Dashboard.Security;

/// <summary>The secret that lets a person in. It is kept in a file that only its owner can read, so that an address that was opened once goes on working.</summary>
internal sealed class AccessToken
{
    private const int Bytes = 24;
    private const int FewestCharacters = 16;

    private readonly byte[] _key;

    private AccessToken(string text)
    {
        Text = text;
        _key = SHA256.HashData(Encoding.UTF8.GetBytes(text));
    }

    internal string Text { get; }

    /// <summary>The token in a file of the user's own; it is made if it is not there.</summary>
    /// <exception cref="DashboardException">The file cannot be used.</exception>
    internal static AccessToken InFile(string path, bool makesFile)
    {
        try
        {
            if (File.Exists(path))
            {
                PrivateFiles.Require(path);
                PrivateFiles.MakePrivate(path);
                return Of(File.ReadAllText(path).Trim(), path);
            }

            if (!makesFile)
            {
                throw new DashboardException($"The file of the token, '{path}', was not found.");
            }

            var token = new AccessToken(Convert.ToBase64String(RandomNumberGenerator.GetBytes(Bytes)).Replace('+', '-').Replace('/', '_'));
            PrivateFiles.MakeFolder(Path.GetDirectoryName(path)!);
            AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(token.Text)), isPrivate: true);
            return token;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new DashboardException($"The file of the token, '{path}', cannot be used: {exception.Message}");
        }
    }

    /// <summary>Whether a text is the token. How long that takes tells nothing of it.</summary>
    internal bool Is(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(text)), _key);

    /// <summary>A proof that a text comes from somebody who has the token.</summary>
    internal string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a proof is that of a text.</summary>
    internal bool IsSignature(string text, string? signature) =>
        signature is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(text)), Encoding.UTF8.GetBytes(signature));

    private static AccessToken Of(string text, string path) => text.Length >= FewestCharacters && !text.Any(char.IsWhiteSpace)
        ? new AccessToken(text)
        : throw new DashboardException($"The token in '{path}' is too short or has spaces in it: it needs {FewestCharacters} characters or more in one line.");
}
