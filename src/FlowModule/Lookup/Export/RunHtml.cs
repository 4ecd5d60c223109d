using System.Collections;
using System.Globalization;
using System.Management.Automation;
using System.Net;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Lookup.Export;

/// <summary>Writes runs with all inside of them as a page that needs nothing but itself.</summary>
internal static class RunHtml
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff zzz";

    internal static void Write(TextWriter page, IReadOnlyList<FlowRunRecord> runs)
    {
        string title = string.Join(", ", runs.Take(3).Select(run => $"{run.FlowName} '{run.Name}'")) + (runs.Count > 3 ? " and more" : null);
        page.Write(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{Escape(title)}</title>
            <style>{RunHtmlStyle.Text}</style>
            </head>
            <body>

            """);
        foreach (FlowRunRecord run in runs)
        {
            WriteRun(page, run, run.History.Tree(run.Id));
        }

        page.Write(
            $"""
            <footer>Exported by FlowModule at {Time(DateTimeOffset.Now)}</footer>
            </body>
            </html>

            """);
    }

    private static void WriteRun(TextWriter page, FlowRunRecord run, IReadOnlyList<FlowRunRecord> tree)
    {
        page.Write($"<main>\n<h1>{Escape(run.FlowName)} <small>{Escape(run.Name)}</small> {Badge(run.State)}</h1>\n");
        if (run.Reason is { } reason)
        {
            page.Write($"<p class=\"reason\">{Escape(reason)}</p>\n");
        }

        page.Write("<dl>\n");
        WriteFact(page, "Started", Time(run.StartTime));
        WriteFact(page, "Ended", Time(run.EndTime));
        WriteFact(page, "Duration", Duration(run.Duration));
        WriteFact(page, "Attempt", run.Attempt > 1 ? run.Attempt.ToString(CultureInfo.InvariantCulture) : null);
        WriteFact(page, "Errors", run.ErrorCount > 0 ? run.ErrorCount.ToString(CultureInfo.InvariantCulture) : null);
        WriteValue(page, run, RunValue.Parameters, "Parameters");
        WriteValue(page, run, RunValue.Input, "Input");
        WriteValue(page, run, RunValue.Result, "Result");
        WriteFact(page, "Tags", string.Join(", ", run.Tag));
        WriteFact(page, "Script", run.ScriptPath is { } path ? $"{path}:{run.ScriptLine}" : null);
        WriteFact(page, "Process", $"{run.ProcessId} on {run.ComputerName}, FlowModule {run.ModuleVersion}");
        WriteFact(page, "Id", run.Id.ToString());
        page.Write("</dl>\n");
        if (tree.Count > 1)
        {
            WriteTree(page, tree);
        }

        WriteLog(page, run);
        page.Write("</main>\n");
    }

    /// <summary>A value; or why it is not there.</summary>
    private static void WriteValue(TextWriter page, FlowRunRecord run, RunValue value, string name)
    {
        (object? kept, string? note) = RunExport.ValueOf(run, value);
        WriteFact(page, name, note ?? (value == RunValue.Parameters && kept is IDictionary table
            ? string.Join("\n", table.Cast<DictionaryEntry>().Select(entry => $"{entry.Key} = {Text(entry.Value)}"))
            : Text(kept)));
    }

    private static void WriteFact(TextWriter page, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            page.Write($"<dt>{name}</dt><dd>{Escape(value)}</dd>\n");
        }
    }

    /// <summary>A line a run, with a bar that shows when it ran within the whole.</summary>
    private static void WriteTree(TextWriter page, IReadOnlyList<FlowRunRecord> tree)
    {
        DateTimeOffset begin = tree.Min(run => run.StartTime ?? run.CreatedTime);
        double whole = Math.Max(0.001, (tree.Max(EndOf) - begin).TotalSeconds);
        page.Write("<h2>Runs</h2>\n<table class=\"tree\">\n<tr><th>Run</th><th>State</th><th class=\"number\">Duration</th><th class=\"time\">When</th><th>Message</th></tr>\n");
        foreach (FlowRunRecord run in tree)
        {
            double left = ((run.StartTime ?? run.CreatedTime) - begin).TotalSeconds / whole * 100;
            double width = run.StartTime is { } start ? (EndOf(run) - start).TotalSeconds / whole * 100 : 0;
            page.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"""
                <tr><td style="padding-left:{0.5 + (1.25 * run.Depth)}em">{Escape(run.FlowName)} <small>{Escape(run.Name)}</small></td><td>{Badge(run.State)}</td><td class="number">{Duration(run.Duration)}</td><td class="time"><span class="bar {ClassOf(run.State.Type)}" style="margin-left:{left:0.##}%;width:{width:0.##}%"></span></td><td>{Escape(run.State.Message)}</td></tr>

                """));
        }

        page.Write("</table>\n");
    }

    private static void WriteLog(TextWriter page, FlowRunRecord run)
    {
        page.Write("<h2>Log</h2>\n<table class=\"log\">\n<tr><th>Time</th><th>Level</th><th>Run</th><th>Message</th></tr>\n");
        foreach (FlowLogRecord line in run.History.Lines(new LogQuery(run.Id)))
        {
            string kind = line.IsState ? " state" : string.Empty;
            page.Write(
                $"<tr class=\"{line.Level}{kind}\"><td>{line.Time.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture)}</td><td>{line.Level}</td><td>{Escape(line.RunName)}</td><td class=\"message\">{Escape(line.Message)}</td></tr>\n");
        }

        page.Write("</table>\n");
    }

    private static DateTimeOffset EndOf(FlowRunRecord run) => (run.StartTime ?? run.CreatedTime) + run.Duration;

    private static string Badge(FlowStateRecord state) => $"<span class=\"badge {ClassOf(state.Type)}\">{Escape(state.Name)}</span>";

    private static string ClassOf(StateType type) => type switch
    {
        StateType.Completed => "good",
        StateType.Failed or StateType.Crashed => "bad",
        StateType.Cancelling or StateType.Cancelled => "stopped",
        _ => "open",
    };

    private static string? Text(object? value) => value switch
    {
        null => null,
        PSObject { BaseObject: IList list } => string.Join("\n", list.Cast<object?>().Select(Text)),
        IList list => string.Join("\n", list.Cast<object?>().Select(Text)),
        _ => LanguagePrimitives.ConvertTo<string>(value),
    };

    private static string? Time(DateTimeOffset? time) => time?.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string Duration(TimeSpan duration) => duration.TotalMinutes >= 1
        ? duration.ToString(duration.Days > 0 ? @"d\d\ hh\:mm\:ss" : @"hh\:mm\:ss", CultureInfo.InvariantCulture)
        : duration.TotalSeconds.ToString("0.000 s", CultureInfo.InvariantCulture);

    private static string? Escape(string? text) => WebUtility.HtmlEncode(text);
}
