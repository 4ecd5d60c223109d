using System.Text;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using FlowModule.Tests.Support;
using static FlowModule.Tests.Scheduling.Schedules;

namespace FlowModule.Tests.Scheduling;

/// <summary>The calls of the crontab program.</summary>
public sealed class CrontabRegistrarTests : IDisposable
{
    private static readonly ScheduleKey Key = ScheduleKey.Of("nightly", "/schedules");
    private static readonly ScheduleCommand Command = new("/opt/my flow", ["scheduled", "nightly", "--history-path", "/h/100%.db"], [KeyValuePair.Create("DOTNET_ROOT", "/opt/dot net")]);

    private readonly TempFolder _folder = new();
    private readonly StubPrograms _programs = new();

    private CrontabRegistrar Registrar => new(_programs, Clock(), _folder.FullPath);

    private string Table => Encoding.UTF8.GetString(_programs.Table ?? []);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_line_has_the_times_the_environment_the_command_and_our_mark()
    {
        string line = Assert.Single(Registrar.Translate(Flow(Cron("0 3 * * 1-5")), Key, Command));

        Assert.Equal($"0 3 * * 1-5 DOTNET_ROOT='/opt/dot net' '/opt/my flow' scheduled nightly --history-path '/h/100'\"$(printf '\\045')\"'.db' #FlowModule:{Key.Text}", line);
        Assert.Equal("0 3 * * 1-5", Registrar.TimesOf([line]));
    }

    [Fact]
    public void Several_schedules_are_several_lines_and_missed_times_are_looked_for_when_the_machine_starts()
    {
        IReadOnlyList<string> lines = Registrar.Translate(Flow(Cron("0 3 * * *"), Daily("04:00")) with { Missed = MissedRuns.RunOnce }, Key, Command);

        Assert.Equal(["0 3 * * *", "0 4 * * *", "@reboot"], lines.Select(line => Registrar.TimesOf([line])));
    }

    [Fact]
    public void A_command_that_cron_would_cut_off_is_refused() => Assert.Throws<InexpressibleException>(
        () => Registrar.Translate(Flow(Cron("0 3 * * *")), Key, Command with { Program = "/" + new string('x', 1000) }));

    [Fact]
    public void What_was_there_before_is_there_afterwards()
    {
        _programs.Table = StubPrograms.Latin.GetBytes("# of \xe9l\xe8ve\r\n5 * * * * theirs 100\\% \\r \b\r\n\r\n");
        byte[] before = _programs.Table;

        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);
        Assert.Equal(["1 * * * * flow #FlowModule:" + Key.Text], Assert.Single(Registrar.List("/schedules")).Entries);
        Assert.Empty(Registrar.List("/others"));
        Registrar.Unregister(Key);

        Assert.Equal(before, _programs.Table);
    }

    [Fact]
    public void Where_there_was_no_crontab_there_is_none_afterwards()
    {
        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);
        Registrar.Unregister(Key);

        Assert.Null(_programs.Table);
    }

    [Fact]
    public void A_last_line_without_an_end_gets_one_only_where_it_must()
    {
        _programs.Table = "5 * * * * theirs"u8.ToArray();
        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);
        Assert.EndsWith("\n5 * * * * theirs", Table, StringComparison.Ordinal);

        _programs.WantsNewLine = true;
        Registrar.Unregister(Key);
        Assert.Equal("5 * * * * theirs\n", Table);
    }

    [Fact]
    public void Nothing_is_written_where_nothing_changes()
    {
        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);
        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);

        Assert.Equal(1, _programs.Calls.Count(call => call == "crontab -"));
    }

    [Fact]
    public void A_refusal_is_told_with_what_the_program_says()
    {
        _programs.Answer = call => call == "crontab -" ? new ProgramResult(1, [], "bad minute") : null;

        Assert.Contains("bad minute", Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["x"])).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_crontab_of_busybox_that_is_not_there_is_none()
    {
        _programs.Answer = call => call == "crontab -l" && _programs.Table is null ? new ProgramResult(1, [], "crontab: can't open 'me': No such file or directory") : null;
        Registrar.Register(Key, ["1 * * * * flow #FlowModule:" + Key.Text]);

        Assert.Equal("1 * * * * flow #FlowModule:" + Key.Text + "\n", Table);
    }

    [Theory]
    [InlineData("You (me) are not allowed to use this program (crontab)")]
    [InlineData("crontab: can't open 'me': Permission denied")]
    public void A_crontab_that_cannot_be_read_is_not_taken_for_none(string said)
    {
        _programs.Answer = call => call == "crontab -l" ? new ProgramResult(1, [], said) : null;

        Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["x"]));
        Assert.DoesNotContain("crontab -", _programs.Calls);
    }

    [Fact]
    public void Without_a_crontab_program_there_is_nothing_to_list()
    {
        _programs.Missing.Add("crontab");

        Assert.Empty(Registrar.List("/schedules"));
        Assert.True(Assert.Throws<RegistrarException>(() => Registrar.Register(Key, ["x"])).IsMissing);
    }
}
