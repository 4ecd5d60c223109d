using System.Text;
using System.Text.RegularExpressions;

namespace FlowModule.Tests.Notifications;

/// <summary>A mail that a server accepted.</summary>
internal sealed record MailItem
{
    internal string From { get; init; } = string.Empty;

    internal string[] To { get; init; } = [];

    internal string? User { get; init; }

    internal bool IsEncrypted { get; init; }

    internal string[] Lines { get; init; } = [];

    /// <summary>The decoded text.</summary>
    internal string Text
    {
        get
        {
            string body = string.Join('\n', Lines.SkipWhile(line => line.Length > 0).Skip(1)).Replace("=\n", string.Empty, StringComparison.Ordinal);
            return Encoding.UTF8.GetString([.. Bytes(body)]);
        }
    }

    internal string Header(string name) =>
        Lines.TakeWhile(line => line.Length > 0).First(line => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))[(name.Length + 1)..].Trim();

    private static IEnumerable<byte> Bytes(string quoted)
    {
        foreach (Match match in Regex.Matches(quoted, "=[0-9A-F]{2}|[^=]", RegexOptions.None, Regex.InfiniteMatchTimeout))
        {
            yield return match.Length == 3 ? Convert.ToByte(match.Value[1..], fromBase: 16) : (byte)match.Value[0];
        }
    }
}
