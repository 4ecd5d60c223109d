using System.Net;
using System.Text;
using FlowModule.Pages;

namespace FlowModule.Lookup.Report;

/// <summary>A report as a page. Texts from runs are escaped, and the page loads and executes nothing.</summary>
internal static class ReportHtml
{
    internal static string Of(FlowReport report)
    {
        string summary = WebUtility.HtmlEncode(report.Summary);
        var page = new StringBuilder(
            $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
            <title>{summary}</title>
            <style>{PageFiles.Read("run-page.css")}</style>
            </head>
            <body>
            <main>
            <h1>{summary}</h1>

            """);
        foreach ((string heading, IReadOnlyList<string> lines) in ReportSections.Of(report))
        {
            page.Append("<h2>").Append(WebUtility.HtmlEncode(heading)).Append("</h2>\n<pre>");
            page.AppendJoin('\n', lines.Select(WebUtility.HtmlEncode)).Append("</pre>\n");
        }

        return page.Append("</main>\n</body>\n</html>\n").ToString();
    }
}
