using System.Globalization;
using FlowModule.Engine.Runs;
using FlowModule.Engine.States;
using FlowModule.Engine.Texts;

namespace FlowModule.Lookup.Watching;

/// <summary>Draws <c>Watch-FlowRun</c>: a model, at a size, as the lines of a screen. Names and messages cannot control the terminal.</summary>
/// <param name="cells">How many columns of the terminal a text needs.</param>
/// <param name="hasColours">Whether states have colours.</param>
internal sealed class WatchScreen(Func<string, int> cells, bool hasColours = true)
{
    /// <summary>The lines that are no rows: one above, one below.</summary>
    internal const int Frame = 2;

    private const string Reset = "\u001b[0m";
    private const string Inverse = "\u001b[7m";
    private const string Dim = "\u001b[2m";
    private const string Mark = "\u2026";

    /// <summary>The lines, as many as the height.</summary>
    internal IReadOnlyList<string> Draw(WatchModel model, int width, int height)
    {
        int room = Math.Max(1, height - Frame);
        List<string> lines = [Colour(Fit(Title(model), width), Inverse), .. model.Mode == WatchMode.Log ? Log(model, width, room) : Tree(model, width, room)];
        while (lines.Count <= room)
        {
            lines.Add(string.Empty);
        }

        lines.Add(Colour(Fit(Foot(model), width), Dim));
        return lines;
    }

    private static string Title(WatchModel model)
    {
        if (model.Mode == WatchMode.Log)
        {
            return model.Chosen is { } chosen ? $"Log of {Name(chosen)}, {chosen.State}" : "Log";
        }

        string states = string.Join(", ", model.Rows.GroupBy(row => row.Type).OrderBy(group => group.Key)
            .Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count()} {FlowState.NameOf(group.Key)}")));
        string which = model.Filter switch { WatchFilter.Unfinished => "; only unfinished", WatchFilter.Failed => "; only failed", _ => string.Empty };
        string text = model.Text.Length > 0 || model.Mode == WatchMode.Search ? $"; with '{VisibleText.OfName(model.Text)}'" : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{model.Rows.Count} {(model.Rows.Count == 1 ? "run" : "runs")}: {states}{which}{text}");
    }

    private static string Foot(WatchModel model) => model.Mode switch
    {
        WatchMode.Search => "Type a text; Enter keeps it, Esc clears it.",
        WatchMode.Log => "Up, Down, PageUp, PageDown: scroll   End: follow   Esc: back to the tree",
        WatchMode.Stop when model.Chosen is { } row => $"Stop {Name(row)} and the runs in it? y: yes, any other key: no",
        _ => model.Note ?? "Up, Down: choose   Enter: log   f: filter   /: search   s: stop   q: end the view, the runs go on",
    };

    private IEnumerable<string> Tree(WatchModel model, int width, int room)
    {
        IReadOnlyList<WatchRow> shown = model.Shown;
        WatchRow? chosen = model.Chosen;

        // Before a row is chosen, the screen follows the work.
        int at = model.Selected is null ? shown.ToList().FindLastIndex(static row => !row.IsFinal) : shown.ToList().IndexOf(chosen!);

        // This row is in the middle, unless an end of the tree is nearer.
        int first = Math.Clamp(at - (room / 2), 0, Math.Max(0, shown.Count - room));
        return shown.Count == 0 ? ["No run fits."] : shown.Skip(first).Take(room).Select(row => Row(row, width, isChosen: row == chosen));
    }

    private string Row(WatchRow row, int width, bool isChosen)
    {
        string start = $"{(isChosen ? '>' : ' ')}{new string(' ', 2 * Math.Min(row.Depth, width / 4))}";
        string state = $"{row.State,-10}";
        string rest = $" {DurationText.Of(row.Duration, CultureInfo.InvariantCulture),10}  {Name(row)}";
        if (row.Input is { } input && !RunName.Shows(row.Name, input, row.Task))
        {
            rest += $" ({VisibleText.OfName(input)})";
        }

        if (row.Message is { } message)
        {
            rest += $" {VisibleText.OfName(StateReason.Line(message))}";
        }

        // The colour must not count as a column, and must end in any case.
        string whole = Fit(start + state + rest, width);
        int until = Math.Min(whole.Length, start.Length + state.Length);
        return whole.Length <= start.Length ? whole : string.Concat(whole.AsSpan(0, start.Length), Colour(whole[start.Length..until], ColourOf(row.Type)), whole.AsSpan(until));
    }

    private IEnumerable<string> Log(WatchModel model, int width, int room)
    {
        int end = Math.Max(0, model.Log.Count - model.LogBelow);
        int first = Math.Max(0, end - room);
        return model.Log.Count == 0 ? ["No lines."] : model.Log.Skip(first).Take(end - first).Select(line => Fit(VisibleText.OfName(line), width));
    }

    private static string Name(WatchRow row) => $"{VisibleText.OfName(row.What)} '{VisibleText.OfName(row.Name)}'";

    private static string ColourOf(StateType type) => type switch
    {
        StateType.Completed => "\u001b[32m",
        StateType.Failed or StateType.Crashed => "\u001b[31m",
        StateType.Cancelled or StateType.Cancelling or StateType.Paused => "\u001b[33m",
        StateType.Running => "\u001b[36m",
        _ => string.Empty,
    };

    private string Colour(string text, string colour) => hasColours && colour.Length > 0 ? colour + text + Reset : text;

    /// <summary>The text in as many columns as there are.</summary>
    private string Fit(string text, int width)
    {
        if (cells(text) <= width)
        {
            return text;
        }

        // Wide letters need two columns; a letter of two parts must not be divided.
        int[] letters = StringInfo.ParseCombiningCharacters(text);
        int low = 0, high = letters.Length - 1;
        while (low < high)
        {
            int middle = (low + high + 1) / 2;
            (low, high) = cells(text[..letters[middle]]) < width ? (middle, high) : (low, middle - 1);
        }

        return width < 1 ? string.Empty : text[..letters[low]] + Mark;
    }
}
