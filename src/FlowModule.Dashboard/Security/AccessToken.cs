using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.Files;

namespace FlowModule.Dashboard.Security;

/// <summary>The secret that grants access. It is stored in a private file, so that an opened address stays valid after a restart.</summary>
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

    /// <summary>Returns the token in a private file, and creates the file if it is missing.</summary>
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

    /// <summary>Whether a text is the token, compared in constant time.</summary>
    internal bool Is(string? text) => text is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(text)), _key);

    /// <summary>Signs a text, as a proof that it comes from a holder of the token.</summary>
    internal string Sign(string text) => Convert.ToHexStringLower(HMACSHA256.HashData(_key, Encoding.UTF8.GetBytes(text)));

    /// <summary>Whether a signature belongs to a text.</summary>
    internal bool IsSignature(string text, string? signature) =>
        signature is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(Sign(text)), Encoding.UTF8.GetBytes(signature));

    private static AccessToken Of(string text, string path) => text.Length >= FewestCharacters && !text.Any(char.IsWhiteSpace)
        ? new AccessToken(text)
        : throw new DashboardException($"The token in '{path}' is too short or has spaces in it: it needs {FewestCharacters} characters or more in one line.");
}
