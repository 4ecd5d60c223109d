using System.Globalization;
using FlowModule.Engine.History;

namespace FlowModule.Lookup;

/// <summary>The lines of a run's script around the position of its error.</summary>
/// <param name="From">The number of the first line in its file.</param>
/// <param name="At">The number of the line that raised the error.</param>
/// <param name="Lines">The lines.</param>
internal sealed record ScriptExcerpt(int From, int At, IReadOnlyList<string> Lines)
{
    private const int Around = 3;

    // The beginning of the position in a stored error text (IHistoryValues.EncodeError).
    private const string PlaceMark = "\nat ";
    private const string NoFile = "<no file>";

    /// <summary>Null where there is no error, or its place is not in the script that is kept.</summary>
    /// <param name="run">The run.</param>
    /// <param name="error">The text of its error.</param>
    internal static ScriptExcerpt? Of(FlowRunRecord run, string? error) =>
        PlaceOf(error) is { } place && (place.File == run.ScriptPath || (place.File == NoFile && run.ScriptPath is null)) && run.ScriptHash is { } hash && run.History.Script(hash) is { } script
            ? Of(script.ReplaceLineEndings("\n").Split('\n'), run.ScriptLine ?? 1, place.Line)
            : null;

    /// <summary>The lines of a file that a script of the run called; null if the file has changed since, or is not on this computer.</summary>
    /// <param name="run">The run.</param>
    /// <param name="file">The file.</param>
    /// <param name="line">The line that raised the error.</param>
    internal static ScriptExcerpt? OfFile(FlowRunRecord run, string? file, int line)
    {
        try
        {
            return File.Exists(file) && run.ComputerName == Environment.MachineName && new DateTimeOffset(File.GetLastWriteTimeUtc(file), TimeSpan.Zero) <= (run.StartTime ?? run.CreatedTime)
                ? Of(File.ReadAllLines(file), first: 1, line)
                : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The line alone, as the error itself has it; null if it has none.</summary>
    internal static ScriptExcerpt? OfLine(int number, string? line) => string.IsNullOrWhiteSpace(line) ? null : new ScriptExcerpt(number, number, [line.TrimEnd()]);

    private static ScriptExcerpt? Of(string[] script, int first, int at)
    {
        int index = at - first;
        if (index < 0 || index >= script.Length)
        {
            return null;
        }

        int from = Math.Max(0, index - Around);
        return new ScriptExcerpt(first + from, at, script[from..Math.Min(script.Length, index + Around + 1)]);
    }

    private static (string File, int Line)? PlaceOf(string? error)
    {
        int mark = error?.LastIndexOf(PlaceMark, StringComparison.Ordinal) ?? -1;
        if (mark < 0)
        {
            return null;
        }

        string place = error![(mark + PlaceMark.Length)..];
        int colon = place.LastIndexOf(':');
        return colon > 0 && int.TryParse(place.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out int line) ? (place[..colon], line) : null;
    }
}
