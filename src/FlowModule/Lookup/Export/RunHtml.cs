using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using FlowModule.Engine.History;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Engine.Texts;
using FlowModule.Pages;

namespace FlowModule.Lookup.Export;

/// <summary>
/// Writes runs with all inside of them as a page that needs nothing but itself. What a run is stands in the page as text; its timeline and its log are
/// made by the page's script out of the data that is written with it.
/// </summary>
internal static class RunHtml
{
    private const string TimeFormat = "yyyy-MM-dd HH:mm:ss.fff zzz";
    private const int MostOfValue = 20_000;
    private const int ScrolledLength = 600;
    private const int ScrolledLines = 8;

    internal static void Write(Stream stream, IReadOnlyList<FlowRunRecord> runs)
    {
        // In the order of their urgency; a stable sort leaves each kind as it was asked for.
        FlowRunRecord[] ordered = [.. runs.DistinctBy(run => run.Id).OrderBy(run => ClassOf(run.State.Type) == "bad" ? 0 : 1)];
        DateTimeOffset now = DateTimeOffset.Now;
        using var page = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true);
        WriteHead(page, ordered);
        if (ordered.Length > 1)
        {
            WriteIndex(page, ordered);
        }

        page.Write("<main>\n");
        foreach (FlowRunRecord run in ordered)
        {
            WriteRun(page, run);
        }

        page.Write($"</main>\n<footer>Exported by FlowModule at {Time(now)}</footer>\n<script type=\"application/json\" id=\"data\">");
        page.Flush();
        RunPageData.Write(stream, ordered.Select(run => run.History.Tree(run.Id)).Where(tree => tree.Count > 0), now);
        page.Write($"</script>\n<script type=\"module\">{PageFiles.RunPageScript}</script>\n</body>\n</html>\n");
    }

    private static void WriteHead(TextWriter page, FlowRunRecord[] runs)
    {
        string title = string.Join(", ", runs.Take(3).Select(run => $"{run.FlowName} '{run.Name}'")) + (runs.Length > 3 ? " and more" : null);
        page.Write(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src {HashOf(PageFiles.RunPageStyle)}; script-src {HashOf(PageFiles.RunPageScript)}; base-uri 'none'; form-action 'none'">
            <title>{Escape(title)}</title>
            <style>{PageFiles.RunPageStyle}</style>
            </head>
            <body>

            """);
    }

    /// <summary>The hash of the page's script or style, so that the browser executes nothing else, whatever text the page contains.</summary>
    private static string HashOf(string text) => $"'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(text)))}'";

    private static void WriteIndex(TextWriter page, FlowRunRecord[] runs)
    {
        string counts = string.Join(", ", runs.GroupBy(run => run.State.Name).Select(group => string.Create(CultureInfo.InvariantCulture, $"{group.Count():N0} {Escape(group.Key)}")));
        page.Write(string.Create(CultureInfo.InvariantCulture, $"<nav aria-label=\"Runs\">\n<h2>{runs.Length:N0} runs: {counts}</h2>\n<table>\n"));
        foreach (FlowRunRecord run in runs)
        {
            page.Write(
                $"<tr><td>{Badge(run.State)}</td><td><a href=\"#run-{run.Id}\">{Escape(run.Name)}</a></td><td>{Escape(run.FlowName)}</td><td>{Time(run.StartTime)}</td><td class=\"number\">{DurationText.Of(run.Duration, CultureInfo.InvariantCulture)}</td><td class=\"why\"><span>{Escape(run.State.Message)}</span></td></tr>\n");
        }

        page.Write("</table>\n</nav>\n");
    }

    private static void WriteRun(TextWriter page, FlowRunRecord run)
    {
        page.Write($"<article id=\"run-{run.Id}\">\n<h1>{Escape(run.FlowName)} <small>{Escape(run.Name)}</small> {Badge(run.State)}</h1>\n");
        if (run.Reason is { } reason)
        {
            page.Write($"<p class=\"reason {ClassOf(run.State.Type)}\">{Escape(reason)}</p>\n");
        }

        page.Write("<dl class=\"facts\">\n");
        WriteFact(page, "Started", Time(run.StartTime));
        WriteFact(page, "Ended", Time(run.EndTime));
        WriteFact(page, "Duration", DurationText.Of(run.Duration, CultureInfo.InvariantCulture));
        WriteFact(page, "Attempt", run.Attempt > 1 ? run.Attempt.ToString(CultureInfo.InvariantCulture) : null);
        WriteFact(page, "Errors", run.ErrorCount > 0 ? run.ErrorCount.ToString(CultureInfo.InvariantCulture) : null);
        WriteFact(page, "Tags", string.Join(", ", run.Tag));
        WriteFact(page, "Script", run.ScriptPath is { } path ? $"{path}:{run.ScriptLine}" : null);
        WriteFact(page, "Host", run.HostName);
        WriteFact(page, "Process", $"{run.ProcessId} on {run.ComputerName}, FlowModule {run.ModuleVersion}");
        WriteFact(page, "Id", run.Id.ToString());
        WriteValue(page, run, RunValue.Parameters, "Parameters");
        WriteValue(page, run, RunValue.Input, "Input");
        WriteValue(page, run, RunValue.Result, "Result");
        page.Write("</dl>\n<div class=\"work\"><noscript>The timeline and the log are shown by the page's script, which is turned off here.</noscript></div>\n</article>\n");
    }

    /// <summary>Writes a value, or the reason why it is missing.</summary>
    private static void WriteValue(TextWriter page, FlowRunRecord run, RunValue value, string name)
    {
        (object? kept, string? note) = RunExport.ValueOf(run, value);
        WriteFact(page, name, note ?? PowerShellText.Of(kept, MostOfValue), isWide: true);
    }

    private static void WriteFact(TextWriter page, string name, string? value, bool isWide = false)
    {
        if (!string.IsNullOrEmpty(value))
        {
            // Long values scroll, so the Tab key must reach them.
            string? about = !isWide ? null : value.Length > ScrolledLength || value.Count('\n') >= ScrolledLines ? " class=\"wide long\" tabindex=\"0\"" : " class=\"wide\"";
            page.Write($"<div{about}><dt>{name}</dt><dd>{Escape(value)}</dd></div>\n");
        }
    }

    private static string Badge(FlowStateRecord state) => $"<span class=\"badge {ClassOf(state.Type)}\">{Escape(state.Name)}</span>";

    private static string ClassOf(StateType type) => type switch
    {
        StateType.Completed => "good",
        StateType.Failed or StateType.Crashed => "bad",
        StateType.Cancelling or StateType.Cancelled => "stopped",
        _ => "open",
    };

    private static string? Time(DateTimeOffset? time) => time?.ToString(TimeFormat, CultureInfo.InvariantCulture);

    private static string? Escape(string? text) => WebUtility.HtmlEncode(text);
}
