using System.Text;

namespace FlowModule.Scheduling.Health;

/// <summary>An HTTP request.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">The path, without a trailing slash.</param>
/// <param name="IsTooLong">Whether its headers are too long to be answered.</param>
internal readonly record struct HealthRequest(string Method, string Path, bool IsTooLong = false)
{
    /// <summary>The maximum length of a request's headers, in bytes.</summary>
    internal const int LongestHead = 8 * 1024;

    internal static readonly HealthRequest TooLong = new(string.Empty, string.Empty, IsTooLong: true);

    private static readonly Uri Here = new("http://localhost");

    /// <summary>Whether the headers of a request are complete.</summary>
    internal static bool IsWhole(ReadOnlySpan<byte> text) => text.IndexOf("\r\n\r\n"u8) >= 0 || text.IndexOf("\n\n"u8) >= 0;

    /// <summary>Parses the headers of a request; null if they are invalid.</summary>
    internal static HealthRequest? Read(ReadOnlySpan<byte> head)
    {
        string[] words = Encoding.ASCII.GetString(head[..head.IndexOf((byte)'\n')]).TrimEnd('\r').Split(' ');
        return words is [var method, var target, var version] && method.All(char.IsAsciiLetterUpper) && version.StartsWith("HTTP/1.", StringComparison.Ordinal) && Uri.TryCreate(Here, target, out Uri? uri)
            ? new HealthRequest(method, uri.AbsolutePath.TrimEnd('/'))
            : null;
    }
}
