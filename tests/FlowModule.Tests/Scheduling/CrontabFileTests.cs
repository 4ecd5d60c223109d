using System.Text;
using FlowModule.Scheduling.Registrars;
using FlowModule.Scheduling.Registrars.Crontab;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;

namespace FlowModule.Tests.Scheduling;

/// <summary>Other people's lines in a crontab stay as they are, byte for byte.</summary>
public sealed class CrontabFileTests
{
    private static readonly ScheduleKey Key = ScheduleKey.Of("My Job ü", "/home/me/schedules");
    private static readonly ScheduleKey Other = ScheduleKey.Of("other", "/home/me/schedules");

    private static string[] LinesOf(ScheduleKey key, params string[] times) => [.. times.Select(time => CrontabFile.Line(time + " flow", key))];

    [Property]
    public Property Registered_again_and_taken_out_leaves_all_bytes() => Prop.ForAll(
        Gen.Frequency(
            (4, Gen.Elements((byte)'\n', (byte)'\r', (byte)'#', (byte)' ', (byte)'*', (byte)0, (byte)0xff, (byte)'%')),
            (4, Gen.Choose(0, 255).Select(number => (byte)number))).ArrayOf().ToArbitrary(),
        bytes =>
        {
            CrontabFile file = new CrontabFile(bytes).With(Key, LinesOf(Key, "1 * * * *", "@reboot")).With(Other, LinesOf(Other, "2 * * * *")).With(Key, LinesOf(Key, "3 * * * *"));

            Assert.Equal([LinesOf(Key, "3 * * * *")[0], LinesOf(Other, "2 * * * *")[0]], file.Ours().Select(line => line.Line));
            Assert.Equal(bytes, file.With(Other, []).With(Key, []).Bytes);
        });

    [Fact]
    public void Our_lines_come_before_what_others_set_for_the_lines_that_follow()
    {
        CrontabFile file = new CrontabFile("SHELL=/usr/bin/fish\nCRON_TZ=Asia/Tokyo\n5 * * * * theirs"u8.ToArray()).With(Key, LinesOf(Key, "1 * * * *"));

        Assert.StartsWith("1 * * * * flow #FlowModule:my_20job_20_c3_bc.", Encoding.UTF8.GetString(file.Bytes), StringComparison.Ordinal);
        Assert.EndsWith("\nSHELL=/usr/bin/fish\nCRON_TZ=Asia/Tokyo\n5 * * * * theirs", Encoding.UTF8.GetString(file.Bytes), StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_that_was_commented_out_or_has_got_a_carriage_return_is_still_ours()
    {
        string line = LinesOf(Key, "1 * * * *")[0];

        Assert.Equal(2, new CrontabFile(Encoding.UTF8.GetBytes($"# {line}\r\n{line}\r\n0 0 * * * theirs # {Key.Text}\r\n")).Ours().Count());
    }

    [Fact]
    public void A_key_is_read_back()
    {
        Assert.Equal(Key, ScheduleKey.Parse(Key.Text));
        Assert.True(Key.IsOf("/home/me/schedules/"));
        Assert.False(Key.IsOf("/home/you/schedules"));
        Assert.Equal(ScheduleKey.Of("MY JOB Ü", "/home/me/schedules"), Key);
        Assert.Null(ScheduleKey.Parse("nothing of ours"));
    }
}
