using System.Collections.Frozen;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;

namespace FlowModule.Dashboard.Pages;

/// <summary>
/// The scripts, styles and images of the pages. They are embedded in the assembly. Their addresses contain a hash of all of them, so that browsers can
/// cache them forever, and modules find their imports beside them.
/// </summary>
internal static class PageAssets
{
    private static readonly FrozenDictionary<string, byte[]> All = Read();
    private static readonly string Hash = HashOf();

    /// <summary>The address of a file.</summary>
    internal static string Of(string name) => $"{Security.Gate.AssetsPath}/{Hash}/{name}";

    internal static IResult Send(HttpContext context, string hash, string name)
    {
        if (!All.TryGetValue(name, out byte[]? content))
        {
            return Results.NotFound();
        }

        if (hash == Hash)
        {
            context.Response.Headers.CacheControl = "private, max-age=31536000, immutable";
        }

        return Results.Bytes(content, Path.GetExtension(name) switch
        {
            ".css" => "text/css; charset=utf-8",
            ".js" => "text/javascript; charset=utf-8",
            _ => "image/svg+xml",
        });
    }

    private static FrozenDictionary<string, byte[]> Read()
    {
        var assembly = typeof(PageAssets).Assembly;
        return assembly.GetManifestResourceNames().ToFrozenDictionary(static name => name, name =>
        {
            using Stream stream = assembly.GetManifestResourceStream(name)!;
            byte[] content = new byte[stream.Length];
            stream.ReadExactly(content);
            return content;
        });
    }

    private static string HashOf()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (string name in All.Keys.Order(StringComparer.Ordinal))
        {
            hash.AppendData(All[name]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset())[..12];
    }
}
