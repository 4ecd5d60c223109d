using System.Globalization;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary>What <c>flow</c> sends to a collector.</summary>
public sealed class TelemetryTests : IDisposable
{
    private const string Script = """
        $fetch = New-Flow fetch -Retry 1 { if ($_ -eq 2 -and $FlowRun.Attempt -eq 1) { throw 'busy' }; Invoke-FlowTask parse { 1 }; $_ }
        New-Flow nightly {
            1..3 | Start-Subflow $fetch -Parallel -ThrottleLimit 2
            4 | Start-Subflow -Isolation Process -Flow { New-Flow inside { 'there' } | Invoke-Flow; $env:TRACEPARENT }
            { throw 'no such host' } | Start-Subflow
        } | Invoke-Flow -HistoryPath HISTORY
        """;

    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Runs_attempts_and_tasks_are_spans_whose_parents_and_durations_are_those_of_the_history()
    {
        using OtlpReceiver receiver = new();
        string history = _folder.PathOf("history.db");

        FlowResult result = FlowProcess.Invoke(["run", _folder.Add(Script.Replace("HISTORY", $"'{history}'", StringComparison.Ordinal))], receiver.Environment);

        Assert.Equal(1, result.ExitCode);
        Row[] rows = Read(history);
        OtlpSpan[] spans = receiver.WaitForRuns([.. rows.Select(row => row.Id)]);
        Dictionary<string, OtlpSpan> bySpan = spans.ToDictionary(span => span.Id, StringComparer.Ordinal);
        Dictionary<string, OtlpSpan> byRun = spans.Where(span => span.Tags.ContainsKey("flow.run.id")).ToDictionary(span => span.Tags["flow.run.id"], StringComparer.Ordinal);
        Assert.Equal(rows.Select(row => row.Id).Order(StringComparer.Ordinal), byRun.Keys.Order(StringComparer.Ordinal));
        Assert.Single(spans.Select(span => span.TraceId).Distinct(StringComparer.Ordinal));
        foreach (Row row in rows)
        {
            OtlpSpan span = byRun[row.Id];
            Assert.Equal(row.Flow, span.Name);
            Assert.Equal(row.Parent, ParentRun(span, bySpan));
            Assert.Equal(row.Seconds, span.Seconds, tolerance: 0.002);
            Assert.Equal(row.State, span.Tags["flow.state"]);
            Assert.Equal(row.State == "Completed" ? 1UL : 2UL, span.Status);
        }

        OtlpSpan retried = Assert.Single(byRun.Values, span => span.Tags["flow.run.attempts"] == "2");
        Assert.Equal(["Running", "AwaitingRetry", "Retrying", "Completed"], retried.Events);
        Assert.Equal([2UL, 1UL], spans.Where(span => span.Name == "attempt" && span.ParentId == retried.Id).OrderBy(span => span.Start).Select(span => span.Status));
        Assert.Contains("no such host", Assert.Single(byRun.Values, span => span.StatusMessage.Contains("exception", StringComparison.Ordinal)).StatusMessage, StringComparison.Ordinal);
        Assert.Equal(["flow.run.duration", "flow.run.retries", "flow.run.wait.duration", "flow.runs", "flow.runs.active"], receiver.Metrics.Where(name => name.StartsWith("flow.run", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
        Assert.Contains("flow.history.write.duration", receiver.Metrics);
        Assert.Contains("flow.history.entries", receiver.Metrics);
        Assert.All(spans, span => Assert.Equal("flow", span.Service));
    }

    [Fact]
    public void A_parent_in_the_environment_is_the_parent_of_the_trace_and_programs_find_that_of_the_body()
    {
        using OtlpReceiver receiver = new();
        Dictionary<string, string?> environment = receiver.Environment;
        environment["TRACEPARENT"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
        environment["OTEL_SERVICE_NAME"] = "nightly";
        string script = _folder.Add("""
            New-Flow outer { "inside $env:TRACEPARENT" } | Invoke-Flow | Receive-FlowResult
            "after $env:TRACEPARENT"
            """);

        FlowResult result = FlowProcess.Invoke(["run", script], environment);

        OtlpSpan run = Assert.Single(receiver.Spans, span => span.Name == "outer"), attempt = Assert.Single(receiver.Spans, span => span.Name == "attempt");
        Assert.Equal(("0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331", "nightly"), (run.TraceId, run.ParentId, run.Service));
        Assert.Equal(run.Id, attempt.ParentId);
        Assert.Contains($"inside 00-{run.TraceId}-{attempt.Id}-01", result.Lines);
        Assert.Contains("after 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", result.Lines);
    }

    [Fact]
    public void A_collector_that_is_not_there_fails_no_flow()
    {
        Dictionary<string, string?> environment;
        using (OtlpReceiver gone = new())
        {
            environment = gone.Environment;
        }

        FlowResult result = FlowProcess.Invoke(["run", _folder.Add("New-Flow f { 'fine' } | Invoke-Flow | Receive-FlowResult")], environment);

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("fine", result.Lines);
    }

    [Theory]
    [InlineData("OTEL_SDK_DISABLED", "true")]
    [InlineData("OTEL_EXPORTER_OTLP_ENDPOINT", null)]
    public void Nothing_is_loaded_where_nothing_is_asked_for(string variable, string? value)
    {
        using OtlpReceiver receiver = new();
        Dictionary<string, string?> environment = receiver.Environment;
        environment[variable] = value;

        FlowResult result = FlowProcess.Invoke(
            ["run", _folder.Add("New-Flow f { } | Invoke-Flow; [AppDomain]::CurrentDomain.GetAssemblies().GetName().Name -like 'OpenTelemetry*'; 'end'")], environment);

        Assert.Contains("end", result.Lines);
        Assert.DoesNotContain(result.Lines, line => line.StartsWith("OpenTelemetry", StringComparison.Ordinal));
        Assert.Empty(receiver.Spans);
    }

    /// <summary>The id of the run that is, or whose attempt is, the parent of a span; null for none.</summary>
    private static string? ParentRun(OtlpSpan span, Dictionary<string, OtlpSpan> all)
    {
        while (all.TryGetValue(span.ParentId, out OtlpSpan? parent))
        {
            if (parent.Tags.TryGetValue("flow.run.id", out string? id))
            {
                return id;
            }

            span = parent;
        }

        return null;
    }

    private static Row[] Read(string path) =>
    [
        .. FlowProcess.Invoke(["command", $"Get-FlowRun -HistoryPath '{path}' -All -Tree | ForEach-Object {{ $_.Id, $_.ParentId, $_.FlowName, $_.State.Type, $_.Duration.Ticks -join '|' }}"])
            .Lines.Select(line => line.Split('|')).Select(cells =>
                new Row(cells[0], cells[1].Length == 0 ? null : cells[1], cells[2], cells[3], TimeSpan.FromTicks(long.Parse(cells[4], CultureInfo.InvariantCulture)).TotalSeconds)),
    ];

    private sealed record Row(string Id, string? Parent, string Flow, string State, double Seconds);
}
