using System.Management.Automation;
using System.Management.Automation.Runspaces;
using FlowModule.Engine.Schedules;
using FlowModule.Scheduling.Scripts;
using FlowModule.Serialization;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

/// <summary>Schedules in scripts. Read here like a scheduler does, on a thread without a session.</summary>
public sealed class ScriptSchedulesTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string History => Path.Combine(_folder.FullPath, "data", "history.db");

    [Fact]
    public void A_script_says_when_it_runs_and_how()
    {
        string path = _folder.Write("in here/nightly report.ps1", """
            #Requires -Version 7.4
            #FlowSchedule -Cron '0 3 * * 1-5' -TimeZone Europe/Berlin -Jitter 00:05
            #flowschedule -weekly -daysofweek Saturday,Sunday -at 3am,'18:00' -TimeZone UTC -MultipleInstances Queue
            # FlowSchedule -Cron this is a remark
            #FlowSchedules: neither is this one
            <# #FlowSchedule -Cron nor this #>
            #FlowSchedule -Parameters @{ Days = 7; Names = 'a b', 'it''s' } -Missed RunOnce  # one for the morning
            param($Days, $Names)
            throw 'it runs'
            """);
        Assert.Null(Runspace.DefaultRunspace);
        ScheduledFlow flow = ScriptSchedules.Read(path, History)!;

        Assert.Equal("nightly report", flow.Name);
        Assert.Equal(path, flow.Path);
        Assert.Equal(Path.GetDirectoryName(path), flow.WorkingDirectory);
        Assert.Equal(Path.Combine(_folder.FullPath, "data", "logs", "nightly report.log"), flow.LogPath);
        Assert.Equal(["Cron 0 3 * * 1-5", "Weekly on Sunday, Saturday at 03:00, 18:00"], flow.Schedules.Select(schedule => schedule.Description));
        Assert.Equal(["Europe/Berlin", "UTC"], flow.Schedules.Select(schedule => schedule.TimeZone.Id));
        Assert.Equal(TimeSpan.FromMinutes(5), flow.Schedules[0].Jitter);
        Assert.Equal(MultipleInstances.Queue, flow.MultipleInstances);
        Assert.Equal(MissedRuns.RunOnce, flow.Missed);
        Assert.Equal(File.GetLastWriteTimeUtc(path), flow.Since.UtcDateTime);
        var parameters = (System.Collections.IDictionary)HistoryValues.Instance.Decode(flow.Parameters!)!;
        Assert.Equal(7, parameters["Days"]);
        Assert.Equal(["a b", "it's"], ((System.Collections.IEnumerable)PSObject.AsPSObject(parameters["Names"]!).BaseObject).Cast<object>().Select(value => value.ToString()));
    }

    [Theory]
    [InlineData("'no schedule'")]
    [InlineData("#FlowSchedule -Name other")]
    [InlineData("$x = @'\n#FlowSchedule @daily\n'@")]
    [InlineData("1 #FlowSchedule @daily")]
    [InlineData("")]
    public void One_that_does_not_say_when_is_not_scheduled(string text) => Assert.Null(ScriptSchedules.Read(_folder.Write("a.ps1", text), History));

    [Theory]
    [InlineData("#FlowSchedule @daily -Name 'all mine'", "all mine", "Cron @daily")]
    [InlineData("#FlowSchedule -E 00:15 -A '2026-01-01'", null, null)]
    [InlineData("#FlowSchedule -Ev 00:15 -Anc '2026-01-01'", "a", "Every 00:15:00")]
    [InlineData("#FlowSchedule -Every 5m", "a", "Every 00:05:00")]
    [InlineData("#FlowSchedule -Every 30s", "a", "Every 00:00:30")]
    [InlineData("#FlowSchedule -Every 1d -Jitter 2h", "a", "Every 1.00:00:00")]
    [InlineData("#FlowSchedule -Every '90'", "a", "Every 00:01:30")]
    [InlineData("#FlowSchedule -Every 90", "a", "Every 00:01:30")]
    [InlineData("#FlowSchedule -Daily 03:00", "a", "Daily at 03:00")]
    [InlineData("#FlowSchedule -Weekly -DaysOfWeek Monday 3am", "a", "Weekly on Monday at 03:00")]
    [InlineData("#FlowSchedule -At 2020-01-01T00:00Z", "a", "At 2020-01-01 00:00:00")]
    [InlineData("#FlowSchedule -Daily:$true -At 3am", "a", "Daily at 03:00")]
    [InlineData("  #FlowSchedule '0 0 * * 5#2'\nthis is { no script", "a", "Cron 0 0 * * 5#2")]
    public void Lines_are_bound_like_calls(string text, string? name, string? description)
    {
        string path = _folder.Write("a.ps1", text.Replace("2020-01-01T00:00Z", "2020-01-01T00:00Z -TimeZone UTC", StringComparison.Ordinal));
        if (name is null)
        {
            Assert.Contains("-A may be -Anchor or -At", Assert.Throws<FlowException>(() => ScriptSchedules.Read(path, History)).Message, StringComparison.Ordinal);
            return;
        }

        ScheduledFlow flow = ScriptSchedules.Read(path, History)!;
        Assert.Equal(name, flow.Name);
        Assert.Equal(description, Assert.Single(flow.Schedules).Description);
    }

    [Theory]
    [InlineData("#FlowSchedule", "It has no parameters")]
    [InlineData("#FlowSchedule -Cron '0 25 * * *'", "Its hour '25'")]
    [InlineData("#FlowSchedule -Cron '0 0 30 2 *'", "never occurs", "FlowScheduleNeverFires")]
    [InlineData("#FlowSchedule @daily -TimeZone Mars/Olympus", "Mars/Olympus", "FlowTimeZoneNotFound")]
    [InlineData("#FlowSchedule -Cron", "-Cron has no value")]
    [InlineData("#FlowSchedule -Cron -Jitter 00:05", "-Cron has no value")]
    [InlineData("#FlowSchedule -Cron 0 3 * * *", "in quotes")]
    [InlineData("#FlowSchedule -Sometimes", "no parameter -Sometimes")]
    [InlineData("#FlowSchedule @daily -Every 00:15", "-Every cannot be used with -Cron")]
    [InlineData("#FlowSchedule -Daily", "time of day")]
    [InlineData("#FlowSchedule -Daily 3am 4am", "given twice")]
    [InlineData("#FlowSchedule -Weekly -At 3am", "days of the week")]
    [InlineData("#FlowSchedule -At 18:00", "has no date")]
    [InlineData("#FlowSchedule -TimeZone UTC", "has no time")]
    [InlineData("#FlowSchedule -Every soon", "'soon' is not a valid value for -Every")]
    [InlineData("#FlowSchedule -Cron $when", "not a constant")]
    [InlineData("#FlowSchedule @daily -Parameters @{ Day = (Get-Date) }", "not a constant")]
    [InlineData("#FlowSchedule @daily -Cron @hourly", "given twice")]
    [InlineData("#FlowSchedule @daily; exit", "only parameters are allowed")]
    [InlineData("#FlowSchedule @daily | more", "only parameters are allowed")]
    [InlineData("#FlowSchedule -Cron 'open", "terminator")]
    [InlineData("#FlowSchedule @daily -Missed Never", "-Missed")]
    public void What_is_wrong_is_told_with_its_line(string line, string said, string id = "FlowScheduleInvalid")
    {
        string path = _folder.Write("a.ps1", $"# one\n\n{line}\n'code'");
        FlowException thrown = Assert.Throws<FlowException>(() => ScriptSchedules.Read(path, History));
        Assert.StartsWith($"{path}:3: ", thrown.Message, StringComparison.Ordinal);
        Assert.Contains(said, thrown.Message, StringComparison.Ordinal);
        Assert.Equal(id, thrown.ErrorRecord.FullyQualifiedErrorId);
        Assert.Equal(line, thrown.ErrorRecord.TargetObject);
    }

    [Fact]
    public void Options_of_one_script_are_given_once()
    {
        string path = _folder.Write("a.ps1", "#FlowSchedule @daily -Name a\n#FlowSchedule @hourly -Name b");
        Assert.Contains(":2: -Name occurs in an earlier line", Assert.Throws<FlowException>(() => ScriptSchedules.Read(path, History)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_name_that_cannot_be_registered_is_refused()
    {
        string path = _folder.Write("a.ps1", "#FlowSchedule @daily -Name ../a");
        Assert.Equal("FlowScheduleNameInvalid", Assert.Throws<FlowException>(() => ScriptSchedules.Read(path, History)).ErrorRecord.FullyQualifiedErrorId);
    }

    public void Dispose() => _folder.Dispose();
}
