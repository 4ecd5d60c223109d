using System.Text;
using System.Text.RegularExpressions;

namespace FlowModule.Scheduling.Registrars.Crontab;

/// <summary>The text of a crontab, as bytes: only the module's own lines are read and changed; the others may be in any encoding.</summary>
/// <param name="bytes">The text.</param>
internal sealed partial class CrontabFile(byte[] bytes)
{
    private const string Marker = " #FlowModule:";
    private const byte NewLine = (byte)'\n';

    internal byte[] Bytes => bytes;

    /// <summary>A line of the module: its content, and then a shell comment that identifies it.</summary>
    internal static string Line(string text, ScheduleKey key) => text + Marker + key.Text;

    /// <summary>All lines of the module.</summary>
    internal IEnumerable<(ScheduleKey Key, string Line)> Ours() =>
        from line in Lines()
        let key = KeyOf(line)
        where key is not null
        select (key, Encoding.UTF8.GetString(line).TrimEnd());

    /// <summary>
    /// The file with other lines for a key. The module's lines come first: settings that other lines make for the lines after them, such as another shell or time zone, do not
    /// affect them, and the end of the file stays unchanged, even without a newline.
    /// </summary>
    internal CrontabFile With(ScheduleKey key, IReadOnlyList<string> lines)
    {
        byte[] ours = Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n")));
        return new CrontabFile([.. ours, .. Lines().Where(line => KeyOf(line) != key).SelectMany(line => line)]);
    }

    private IEnumerable<byte[]> Lines()
    {
        for (int start = 0; start < bytes.Length;)
        {
            int end = Array.IndexOf(bytes, NewLine, start);
            end = end < 0 ? bytes.Length : end + 1;
            yield return bytes[start..end];
            start = end;
        }
    }

    private static ScheduleKey? KeyOf(byte[] line) =>
        MarkerPattern().Match(Encoding.Latin1.GetString(line)) is { Success: true } match ? ScheduleKey.Parse(match.Groups["key"].Value) : null;

    [GeneratedRegex(@"\s#FlowModule:(?<key>[a-z0-9._-]+)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: Timeout.Infinite)]
    private static partial Regex MarkerPattern();
}
