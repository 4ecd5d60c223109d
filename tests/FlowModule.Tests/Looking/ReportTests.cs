using System.Text.Json.Nodes;
using FlowModule.Lookup.Report;
using FlowModule.Scheduling.Registrations;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Looking;

/// <summary>The report of the morning.</summary>
public sealed class ReportTests : LookingTest
{
    private FlowReport Report(string how = "-Since 12h") => Assert.IsType<FlowReport>(Value($"Get-FlowReport {how} -HistoryPath $history"));

    private void RunJob()
    {
        _ = File;
        Run("""
        $check = New-Flow check { if ($_ -eq 'db2') { throw 'The disk is <full>.' } } -RunName 'check {_}'
        New-Flow nightly { 'db1', 'db2' | Start-Subflow $check } -RunName 'last night' | Invoke-Flow -HistoryPath $history -LogLevel None -ErrorAction Ignore
        New-Flow other { } -RunName 'fine' | Invoke-Flow -HistoryPath $history -LogLevel None
        """);
    }

    [Fact]
    public void It_says_what_failed_inside_for_what_input_and_why()
    {
        RunJob();

        FlowReport report = Report();

        Assert.Equal(["fine", "last night"], report.Runs.Select(run => run.Name));
        FlowReportFailure failure = Assert.Single(report.Failures);
        Assert.Equal("last night", failure.Run.Name);
        FlowReportFailure inside = Assert.Single(failure.Inside);
        Assert.Equal(("check db2", "db2", "RuntimeException: The disk is <full>."), (inside.Run.Name, inside.Input, inside.Reason));
        Assert.False(report.IsGood);
        Assert.EndsWith(": 1 failed.", report.Summary, StringComparison.Ordinal);
        Assert.StartsWith("2 flow runs since ", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void Its_text_has_a_part_for_each_thing_that_there_is_to_say()
    {
        RunJob();

        string[] lines = Report().ToString().Split('\n');

        Assert.Equal(["Failed", "Flow runs"], lines.Where((line, i) => i > 0 && lines[i - 1].Length == 0));
        Assert.Contains("      check 'check db2' (db2) Failed: RuntimeException: The disk is <full>.", lines);
        Assert.Contains("     1  nightly: Failed", lines);
    }

    [Fact]
    public void The_page_escapes_what_comes_from_runs()
    {
        RunJob();

        string page = Assert.IsType<string>(Value("Get-FlowReport -AsHtml -HistoryPath $history"));

        Assert.Contains("The disk is &lt;full&gt;.", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<full>", page, StringComparison.Ordinal);
        Assert.Contains("default-src 'none'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_before_the_period_are_not_in_it_unless_they_go_on()
    {
        File.End(File.Start("old", "old-run"));
        File.Start("open", "open-run");

        Assert.Equal(["open-run"], Report("-Since (Get-Date).AddMinutes(1)").Runs.Select(run => run.Name));
    }

    [Fact]
    public void A_night_in_which_nothing_went_wrong_is_good()
    {
        File.End(File.Start("a", "a-run"));

        FlowReport report = Report();

        Assert.True(report.IsGood);
        Assert.EndsWith(": all is well.", report.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public void An_occurrence_that_nothing_has_started_is_overdue_after_two_minutes()
    {
        Session.Set("script", Folder.Write("nightly.ps1", "1"));
        _ = File;
        Run("Register-FlowSchedule $script (New-FlowSchedule -Every 10m) -Using Scheduler -HistoryPath $history").Clean();
        DateTimeOffset now = DateTimeOffset.Now;
        FlowReport After(TimeSpan time) => new ReportReader(File.History, FlowRegistrations.Of(File.Path), new ScheduleRuns(File.Path)).Read(now, now + time);

        FlowScheduleTime due = Assert.Single(After(TimeSpan.FromHours(1)).Overdue);
        Assert.Equal("nightly", due.Name);
        Assert.InRange(due.Time, now.AddMinutes(48), now.AddMinutes(58));
        Assert.Contains("nightly: nothing has started it", After(TimeSpan.FromHours(1)).ToString(), StringComparison.Ordinal);
        Assert.Empty(After(TimeSpan.FromSeconds(1)).Overdue);
        Assert.Equal("nightly", Assert.Single(After(TimeSpan.FromSeconds(1)).Next).Name);
    }

    [UnixOnlyFact]
    public void A_notification_gets_the_report_and_its_state()
    {
        RunJob();
        string sent = Path.Combine(Folder.FullPath, "sent.json");
        Session.Set("sent", sent);

        Run("$null = Get-FlowReport -HistoryPath $history -Notify (New-FlowNotification sh '-c', 'cat > \"$1\"', 'sh', $sent)").Clean();

        JsonNode json = JsonNode.Parse(System.IO.File.ReadAllText(sent))!;
        Assert.EndsWith(": 1 failed.", (string?)json["text"], StringComparison.Ordinal);
        Assert.Contains("check 'check db2' (db2) Failed", (string?)json["report"], StringComparison.Ordinal);
        Assert.Equal("Failed", (string?)json["state"]);
    }

    [Fact]
    public void A_report_that_is_not_sent_is_an_error_beside_the_report()
    {
        _ = File;

        ScriptResult result = Run("Get-FlowReport -HistoryPath $history -Notify 'http://127.0.0.1:1/nobody'");

        Assert.IsType<FlowReport>(Assert.Single(result.Output));
        Assert.StartsWith("FlowReportNotSent", result.OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_a_history_there_is_nothing_to_report_of_the_usual_one_and_an_error_of_another() =>
        Assert.StartsWith("FlowHistoryNotFound", Run("Get-FlowReport -HistoryPath ./no-such.db").OnlyError.FullyQualifiedErrorId, StringComparison.Ordinal);
}
