using FlowModule.Tests.Support;

namespace FlowModule.Tests.Scheduling;

public sealed class NewFlowScheduleTests : FlowTest
{
    [Theory]
    [InlineData("New-FlowSchedule -Cron '0 3 * * 1-5' -TimeZone Europe/Berlin", "Cron 0 3 * * 1-5|Europe/Berlin|00:00:00")]
    [InlineData("New-FlowSchedule '@daily' -TimeZone UTC -Jitter 00:10", "Cron @daily|UTC|00:10:00")]
    [InlineData("New-FlowSchedule -Every 00:15 -TimeZone UTC", "Every 00:15:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Every 1:30 -Anchor '2026-01-01 00:10' -TimeZone UTC", "Every 01:30:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Every 5m -Jitter 30s -TimeZone UTC", "Every 00:05:00|UTC|00:00:30")]
    [InlineData("New-FlowSchedule -Every 1d -Jitter 1.5h -TimeZone UTC", "Every 1.00:00:00|UTC|01:30:00")]
    [InlineData("New-FlowSchedule -Every 90 -TimeZone UTC", "Every 00:01:30|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Every ([timespan]::FromHours(3)) -TimeZone UTC", "Every 03:00:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -At '2037-01-31 06:00' -TimeZone Europe/Berlin", "At 2037-01-31 06:00:00|Europe/Berlin|00:00:00")]
    [InlineData("New-FlowSchedule -At ([datetime] '2037-01-31 06:00') -TimeZone Europe/Berlin", "At 2037-01-31 06:00:00|Europe/Berlin|00:00:00")]
    [InlineData("New-FlowSchedule -At ([DateTimeOffset] '2037-01-31 06:00Z') -TimeZone Europe/Berlin", "At 2037-01-31 07:00:00|Europe/Berlin|00:00:00")]
    [InlineData("New-FlowSchedule -At 2037-01-31T06:00Z -TimeZone Europe/Berlin", "At 2037-01-31 07:00:00|Europe/Berlin|00:00:00")]
    [InlineData("New-FlowSchedule -Daily -At 3am -TimeZone UTC", "Daily at 03:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Daily -At 18:30,06:00 -TimeZone UTC", "Daily at 06:00, 18:30|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Daily -At ([datetime] '2020-01-01 06:00') -DaysInterval 2 -TimeZone UTC", "Every 2 days from 2000-01-01 at 06:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Daily -At ([timespan] '06:00') -DaysInterval 2 -Anchor 2026-11-24 -TimeZone UTC", "Every 2 days from 2026-11-24 at 06:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Daily '03:00' -TimeZone UTC", "Daily at 03:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Daily 6am, 18:30 -TimeZone UTC", "Daily at 06:00, 18:30|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Weekly 6am -DaysOfWeek Monday -TimeZone UTC", "Weekly on Monday at 06:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Weekly -DaysOfWeek Fri, Monday -At 6:00 -TimeZone UTC", "Weekly on Monday, Friday at 06:00|UTC|00:00:00")]
    [InlineData("New-FlowSchedule -Weekly -DaysOfWeek Monday -WeeksInterval 2 -At 3am -TimeZone UTC", "Every 2 weeks from 2000-01-01 on Monday at 03:00|UTC|00:00:00")]
    public void It_makes_what_people_write(string call, string expected) =>
        Assert.Equal(expected, Value($"$s = {call.Replace("Fri,", "Friday,", StringComparison.Ordinal)}; \"$s|$($s.TimeZone.Id)|$($s.Jitter)\""));

    [Theory]
    [InlineData("New-FlowSchedule -Cron '0 25 * * *'", "FlowScheduleInvalid", "InvalidArgument", "0 25 * * *", "Its hour '25'")]
    [InlineData("New-FlowSchedule -Cron '0 0 30 2 *'", "FlowScheduleNeverFires", "InvalidArgument", "0 0 30 2 *", "never occurs")]
    [InlineData("New-FlowSchedule -Every 0.5", "FlowScheduleInvalid", "InvalidArgument", "00:00:00.5000000", "too short")]
    [InlineData("New-FlowSchedule -Every 0", "FlowScheduleInvalid", "InvalidArgument", "00:00:00", "too short")]
    [InlineData("New-FlowSchedule -At 2020-01-01", "FlowScheduleNeverFires", "InvalidArgument", "2020-01-01", "never fires")]
    [InlineData("New-FlowSchedule -At 2037-01-01, 2038-01-01", "FlowScheduleInvalid", "InvalidArgument", "2037-01-01 2038-01-01", "takes one time")]
    [InlineData("New-FlowSchedule -Daily -At 25:00", "FlowScheduleInvalid", "InvalidArgument", "25:00", "'25:00' is not a time")]
    [InlineData("New-FlowSchedule -Daily -At 6", "FlowScheduleInvalid", "InvalidArgument", "6", "'6' is not a time of day")]
    [InlineData("New-FlowSchedule -Daily -At 3am -Jitter '-00:01'", "FlowScheduleInvalid", "InvalidArgument", "3am", "jitter")]
    [InlineData("New-FlowSchedule -Daily -At 3am -TimeZone Mars/Olympus", "FlowTimeZoneNotFound", "ObjectNotFound", "Mars/Olympus", "'Mars/Olympus'")]
    public void What_makes_no_schedule_is_one_error(string call, string id, string category, string target, string said)
    {
        object?[] error = Values($"try {{ {call} }} catch {{ $_.FullyQualifiedErrorId; \"$($_.CategoryInfo.Category)\"; \"$($_.TargetObject)\"; $_.Exception.Message }}");
        Assert.Equal([id + ",FlowModule.Commands.NewFlowScheduleCommand", category, target], error[..3]);
        Assert.Contains(said, (string)error[3]!, StringComparison.Ordinal);
    }

    [Fact]
    public void It_tells_when_it_occurs()
    {
        // The day on which the clocks go back has 25 hours.
        Assert.Equal(["2026-11-25 03:00 +01:00", "True", "True"], Values("""
            $s = New-FlowSchedule '0 3 * * *' -TimeZone Europe/Berlin
            $s.Next('2026-11-24T12:00+01:00').ToString('yyyy-MM-dd HH:mm zzz')
            "$($s.NextRun -gt [DateTimeOffset]::Now)"
            "$($s.NextRun -le [DateTimeOffset]::Now.AddHours(26))"
            """));
    }

    [Fact]
    public void Zones_are_completed_by_their_names_and_cities()
    {
        Assert.Equal(["Europe/Berlin", "Europe/Berlin", "UTC"], Values("""
            'Europe/Berl', 'berl', 'UT' | ForEach-Object {
                $text = "New-FlowSchedule '@daily' -TimeZone $_"
                (TabExpansion2 $text $text.Length).CompletionMatches[0].CompletionText
            }
            """));
    }

    [Fact]
    public void Days_of_the_week_are_completed()
    {
        Assert.Equal("Wednesday", Value("""
            $text = 'New-FlowSchedule -Weekly -At 3am -DaysOfWeek Monday,We'
            (TabExpansion2 $text $text.Length).CompletionMatches[0].CompletionText
            """));
    }
}
