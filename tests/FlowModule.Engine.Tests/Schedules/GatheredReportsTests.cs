using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Engine.Tests.Support;

namespace FlowModule.Engine.Tests.Schedules;

/// <summary>Reports of failures that arrive faster than they can be sent.</summary>
public sealed class GatheredReportsTests
{
    private readonly BlockingCollection<(FailureReport Report, TaskCompletionSource<string?> Arrival)> _sent = [];
    private readonly GatheredReports _reports;

    public GatheredReportsTests() => _reports = new GatheredReports((_, report, _) =>
    {
        var arrival = new TaskCompletionSource<string?>(TaskCreationOptions.RunContinuationsAsynchronously);
        _sent.Add((report, arrival), CancellationToken.None);
        return arrival.Task;
    });

    [Fact]
    public async Task What_comes_while_as_many_are_under_way_as_may_be_goes_out_in_one()
    {
        Task<string?>[] first = [.. Numbers(0, GatheredReports.MostUnderWay).Select(Send)];
        var underWay = first.Select(_ => Next()).ToArray();
        Task<string?>[] others = [.. Numbers(4, 3).Select(Send)];
        Assert.Empty(_sent);

        underWay[1].Arrival.SetResult(null);
        var gathered = Next();
        Task<string?> late = Send("7");

        Assert.Equal((3, "6", "4 5"), (gathered.Report.Count, gathered.Report.ScheduleName, string.Join(' ', gathered.Report.Others.Select(other => other.ScheduleName))));
        Assert.Equal(["log"], gathered.Report.LogLines);
        Assert.All(gathered.Report.Others, other => Assert.Empty(other.LogLines));
        gathered.Arrival.SetResult("It is gone.");
        Assert.All(await Task.WhenAll(others).WaitAsync(Wait.Limit), problem => Assert.Equal("It is gone.", problem));
        Assert.Equal(1, Next().Report.Count);
        Assert.False(late.IsCompleted);
    }

    [Fact]
    public async Task When_all_have_arrived_each_goes_out_by_itself_again()
    {
        for (int i = 0; i < 3 * GatheredReports.MostUnderWay; i++)
        {
            Task<string?> sending = Send("a");
            var sent = Next();
            sent.Arrival.SetResult(null);
            Assert.Null(await sending.WaitAsync(Wait.Limit));
            Assert.Equal(1, sent.Report.Count);
        }
    }

    [Fact]
    public void One_target_keeps_no_other_waiting_and_is_the_same_whoever_has_registered_it()
    {
        foreach (string name in Numbers(0, GatheredReports.MostUnderWay + 1))
        {
            _ = _reports.Send(Hook("https://slow.example/a"), Report(name), CancellationToken.None);
        }

        _ = _reports.Send(Hook("https://slow.example/b"), Report("other"), CancellationToken.None);

        Assert.Equal(["0", "1", "2", "3", "other"], Enumerable.Range(0, GatheredReports.MostUnderWay + 1).Select(_ => Next().Report.ScheduleName).Order());
        Assert.Empty(_sent);
    }

    [Fact]
    public void Of_many_the_last_are_listed_and_all_are_counted()
    {
        const int Many = 1000;
        foreach (string name in Numbers(0, GatheredReports.MostUnderWay + Many))
        {
            _ = Send(name);
        }

        Next().Arrival.SetResult(null);
        FailureReport gathered = Enumerable.Range(0, GatheredReports.MostUnderWay).Select(_ => Next().Report).Single(report => report.Count > 1);

        Assert.Equal((Many, FailureReport.MostOthers, "1003"), (gathered.Count, gathered.Others.Count, gathered.ScheduleName));
        Assert.Equal("1002", gathered.Others[^1].ScheduleName);
        string text = FailureReportText.Write(gathered);
        Assert.StartsWith("1000 scheduled runs failed on db1.", text, StringComparison.Ordinal);
        Assert.Contains("The last 100 before it:", text, StringComparison.Ordinal);
        Assert.Contains("  2027-01-31 03:00:00 +01:00  '1002' failed: no", text, StringComparison.Ordinal);
        JsonElement json = JsonDocument.Parse(FailureReportJson.Write(gathered)).RootElement;
        Assert.Equal("1000 scheduled runs failed on db1, the last: '1003' failed: no", json.GetProperty("text").GetString());
        Assert.Equal((Many, FailureReport.MostOthers), (json.GetProperty("count").GetInt32(), json.GetProperty("others").GetArrayLength()));
        Assert.Equal("1002", json.GetProperty("others")[99].GetProperty("schedule").GetString());
    }

    private static IEnumerable<string> Numbers(int first, int count) => Enumerable.Range(first, count).Select(number => number.ToString(CultureInfo.InvariantCulture));

    private static WebhookNotification Hook(string address) => new(new Uri(address), new Dictionary<string, string> { ["X"] = "y" }, new Dictionary<string, string>());

    private static FailureReport Report(string name) => new()
    {
        ScheduleName = name,
        ScriptPath = $"/{name}.ps1",
        ScheduledTime = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(1)),
        State = StateType.Failed,
        StateName = "Failed",
        Message = "no",
        ExitCode = 1,
        Computer = "db1",
        LogLines = ["log"],
    };

    private Task<string?> Send(string name) => _reports.Send(Hook("https://chat.example/a"), Report(name), CancellationToken.None);

    private (FailureReport Report, TaskCompletionSource<string?> Arrival) Next() =>
        _sent.TryTake(out var sent, Wait.Limit) ? sent : throw new TimeoutException("Nothing was sent.");
}
