using System.Text.Json;
using System.Text.Json.Nodes;
using FlowModule.Engine.Schedules;
using FlowModule.Engine.Schedules.Notifications;

namespace FlowModule.Engine.Tests.Schedules;

/// <summary>The stored form of notifications, and the content of reports.</summary>
public sealed class NotificationJsonTests
{
    private static readonly FailureReport Report = new()
    {
        ScheduleName = "nightly load",
        ScriptPath = "/srv/flows/nightly.ps1",
        ScheduledTime = new DateTimeOffset(2027, 1, 31, 3, 0, 0, TimeSpan.FromHours(1)),
        State = StateType.Failed,
        StateName = "TimedOut",
        Message = "It took\n  longer than \"an hour\".",
        ExitCode = 1,
        StartTime = new DateTimeOffset(2027, 1, 31, 3, 0, 1, TimeSpan.FromHours(1)),
        EndTime = new DateTimeOffset(2027, 1, 31, 4, 0, 1, TimeSpan.FromHours(1)),
        Computer = "db1",
        LogPath = "/var/log/nightly.log",
        LogLines = ["first", "Größe: <12>"],
        Runs = [new FailureReportRun(Guid.Parse("0192d0a0-0000-7000-8000-000000000001"), "apricot-weasel", "load", StateType.Failed, "TimedOut", "late")],
    };

    [Fact]
    public void A_program_is_kept_as_it_is()
    {
        CommandNotification kept = Kept(new CommandNotification("/usr/bin/logger", ["-t", "two words", ""]));

        Assert.Equal(("/usr/bin/logger", "-t|two words|"), (kept.Command, string.Join('|', kept.Arguments)));
    }

    [Fact]
    public void A_webhook_is_kept_as_it_is()
    {
        WebhookNotification kept = Kept(new WebhookNotification(
            new Uri("https://chat.example/a?b=%20c"), new Dictionary<string, string> { ["X-Team"] = "ops" }, new Dictionary<string, string> { ["Authorization"] = "/run/secrets/hook" }));

        Assert.Equal("https://chat.example/a?b=%20c", kept.Uri.AbsoluteUri);
        Assert.Equal(KeyValuePair.Create("X-Team", "ops"), Assert.Single(kept.Headers));
        Assert.Equal(KeyValuePair.Create("Authorization", "/run/secrets/hook"), Assert.Single(kept.HeaderPaths));
        Assert.Equal("POST https://chat.example/...", kept.Description);
    }

    [Theory]
    [InlineData("flows", "/run/secrets/mail", false, null)]
    [InlineData("flows", null, true, "/run/secrets/token")]
    [InlineData(null, null, false, null)]
    public void Mail_is_kept_as_it_is(string? user, string? password, bool implicitTls, string? token)
    {
        MailNotification kept = Kept(new MailNotification(
            "mail.example", port: 587, useSsl: true, "f@example.org", ["a@example.org", "b@example.org"], user, password, implicitTls, token));

        Assert.Equal(("mail.example", 587, true, "f@example.org"), (kept.Server, kept.Port, kept.UseSsl, kept.From));
        Assert.Equal(["a@example.org", "b@example.org"], kept.To);
        Assert.Equal((user, password), (kept.UserName, kept.PasswordPath));
        Assert.Equal((implicitTls, token), (kept.ImplicitTls, kept.TokenPath));
    }

    [Fact]
    public void Mail_that_was_registered_before_there_were_tokens_is_read()
    {
        var mail = new MailNotification("mail.example", port: 587, useSsl: true, "f@example.org", ["a@example.org"], "flows", "/run/secrets/mail");
        JsonObject older = JsonNode.Parse(Json(mail))!.AsObject();
        JsonObject notification = older["onFailure"]!.AsArray()[0]!.AsObject();
        Assert.True(notification.Remove("ImplicitTls"));
        Assert.True(notification.Remove("TokenPath"));

        var kept = Assert.IsType<MailNotification>(Assert.Single(new ScheduledFlowJson(cron: null!).Read(older.ToJsonString()).OnFailure));

        Assert.Equal(("flows", "/run/secrets/mail", false, null), (kept.UserName, kept.PasswordPath, kept.ImplicitTls, kept.TokenPath));
    }

    // New-FlowNotification.md promises the names and their order.
    [Fact]
    public void What_is_told_keeps_its_names()
    {
        JsonElement json = JsonDocument.Parse(FailureReportJson.Write(Report)).RootElement;

        Assert.Equal(
            ["formatVersion", "text", "schedule", "script", "computer", "scheduledTime", "startTime", "endTime", "state", "stateName", "message", "exitCode", "runs", "logPath", "log", "count", "others"],
            json.EnumerateObject().Select(property => property.Name));
        Assert.Equal(["id", "name", "flow", "state", "stateName", "message"], json.GetProperty("runs")[0].EnumerateObject().Select(property => property.Name));
        Assert.Equal("2027-01-31T03:00:00+01:00", json.GetProperty("scheduledTime").GetString());
        Assert.Equal(("Failed", "TimedOut"), (json.GetProperty("state").GetString(), json.GetProperty("stateName").GetString()));
        Assert.Equal("'nightly load' failed on db1: It took longer than \"an hour\".", json.GetProperty("text").GetString());
        Assert.Equal("Größe: <12>", json.GetProperty("log")[1].GetString());
    }

    [Fact]
    public void What_is_told_can_be_written_so_that_every_encoding_reads_it()
    {
        string json = FailureReportJson.Write(Report, isAscii: true);

        Assert.All(json, letter => Assert.True(char.IsAscii(letter)));
        Assert.Equal("Größe: <12>", JsonDocument.Parse(json).RootElement.GetProperty("log")[1].GetString());
    }

    [Fact]
    public void What_is_not_known_is_null()
    {
        JsonElement json = JsonDocument.Parse(FailureReportJson.Write(Report with { StartTime = null, EndTime = null, Message = null, LogPath = null, ExitCode = 137, State = StateType.Crashed })).RootElement;

        Assert.All(["startTime", "endTime", "message", "logPath"], name => Assert.Equal(JsonValueKind.Null, json.GetProperty(name).ValueKind));
        Assert.Equal("'nightly load' crashed on db1: exit code 137", json.GetProperty("text").GetString());
    }

    [Fact]
    public void A_person_reads_it_in_lines() => Assert.Equal(
        """
        'nightly load' failed on db1.

        State:      TimedOut
        Message:    It took
          longer than "an hour".
        Exit code:  1
        Scheduled:  2027-01-31 03:00:00 +01:00
        Started:    2027-01-31 03:00:01 +01:00
        Ended:      2027-01-31 04:00:01 +01:00
        Script:     /srv/flows/nightly.ps1
        Log:        /var/log/nightly.log

        Flow runs:
          TimedOut  load (apricot-weasel, 0192d0a0-0000-7000-8000-000000000001): late

        The end of the log:
          first
          Größe: <12>

        """.ReplaceLineEndings("\n"), FailureReportText.Write(Report).ReplaceLineEndings("\n"));

    private static T Kept<T>(T notification)
        where T : FlowNotification =>
        Assert.IsType<T>(Assert.Single(new ScheduledFlowJson(cron: null!).Read(Json(notification)).OnFailure));

    private static string Json(FlowNotification notification) => ScheduledFlowJson.Write(new ScheduledFlow
    {
        Name = "nightly",
        Path = "/srv/flows/nightly.ps1",
        Schedules = [],
        WorkingDirectory = "/srv/flows",
        OnFailure = [notification],
        LogPath = "/var/log/nightly.log",
        Since = new DateTimeOffset(2027, 1, 1, 0, 0, 0, TimeSpan.Zero),
    });
}
