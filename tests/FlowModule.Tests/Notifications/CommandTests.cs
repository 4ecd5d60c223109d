using System.Text.Json;
using FlowModule.Engine.Schedules.Notifications;
using FlowModule.Scheduling.Notifications;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Notifications;

/// <summary>Programs as notifications: scripts of /bin/sh, which every Unix has.</summary>
public sealed class CommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixOnlyFact]
    public async Task The_program_reads_what_happened_from_its_input()
    {
        string file = Path.Combine(_folder.FullPath, "got.json");

        Assert.Empty(await Send("cat > \"$1\"", [file]));

        JsonElement got = JsonDocument.Parse(await File.ReadAllTextAsync(file)).RootElement;
        Assert.Equal("nightly", got.GetProperty("schedule").GetString());
        Assert.Equal("loaded 12 Größen", got.GetProperty("log")[0].GetString());
    }

    [UnixOnlyFact]
    public async Task The_most_of_it_is_in_its_environment()
    {
        string file = Path.Combine(_folder.FullPath, "got.txt");

        Assert.Empty(await Send("echo \"$FLOW_SCHEDULE|$FLOW_SCHEDULED_TIME|$FLOW_SCRIPT|$FLOW_STATE|$FLOW_MESSAGE|$FLOW_EXIT_CODE|${FLOW_LOG-none}\" > \"$1\"", [file]));

        Assert.Equal("nightly|2027-01-31T03:00:00+01:00|/srv/flows/nightly.ps1|Failed|1/2 states failed.|1|none\n", await File.ReadAllTextAsync(file));
    }

    [UnixOnlyFact]
    public async Task Arguments_arrive_as_they_are()
    {
        string file = Path.Combine(_folder.FullPath, "got.txt");
        string[] odd = ["two words", "it's", "\"", "$HOME", "*", "", "a\nb", "ü"];

        Assert.Empty(await Send("out=$1; shift; printf '%s\\0' \"$@\" > \"$out\"", [file, .. odd]));

        Assert.Equal(odd, (await File.ReadAllTextAsync(file)).Split('\0')[..^1]);
    }

    [UnixOnlyFact]
    public async Task One_that_fails_is_told_with_its_error_output()
    {
        string problem = Assert.Single(await Send("echo no pager >&2; exit 7", []));

        Assert.EndsWith("It ended with exit code 7. Its error output: no pager", problem, StringComparison.Ordinal);
    }

    [UnixOnlyFact]
    public async Task One_that_does_not_read_its_input_has_a_right_not_to()
    {
        FailureReport large = Reports.Nightly with { LogLines = [.. Enumerable.Repeat(new string('x', 1000), 500)] };

        Assert.Empty(await new FailureNotifier(ChosenTime.WithoutLimits).Send([Command("exit 0", [])], large, CancellationToken.None));
    }

    [UnixOnlyFact]
    public async Task One_that_hangs_is_ended_after_a_minute_with_what_it_has_started()
    {
        var fifo = new Fifo(_folder);
        var time = new ChosenTime(_ => Task.Run(fifo.WaitForWriter));

        string problem = Assert.Single(await new FailureNotifier(time).Send(
            [Command("echo waiting >&2; { sleep 1000; } > \"$1\"", [fifo.FullPath])], Reports.Nightly, CancellationToken.None));

        fifo.WaitForEnd();
        Assert.Equal(TimeSpan.FromSeconds(60), Assert.Single(time.Waits));
        Assert.EndsWith("It took more than 60 seconds and was killed. Its error output: waiting", problem, StringComparison.Ordinal);
    }

    [UnixOnlyFact]
    public async Task One_that_leaves_a_program_behind_is_not_waited_for()
    {
        var fifo = new Fifo(_folder);
        using var gate = new TempFolder();
        string go = Path.Combine(gate.FullPath, "go");

        Assert.Empty(await Send("{ while [ ! -e \"$2\" ]; do sleep 0.1; done; } 3> \"$1\" &", [fifo.FullPath, go]));

        fifo.WaitForWriter();
        await File.WriteAllTextAsync(go, string.Empty);
        fifo.WaitForEnd();
    }

    [Fact]
    public async Task One_that_is_gone_is_told()
    {
        string problem = Assert.Single(await new FailureNotifier(ChosenTime.WithoutLimits).Send(
            [new CommandNotification(Path.Combine(_folder.FullPath, "none"), ["x"])], Reports.Nightly, CancellationToken.None));

        Assert.Contains("It cannot be started: ", problem, StringComparison.Ordinal);
    }

    private static CommandNotification Command(string script, string[] arguments) => new("/bin/sh", ["-c", script, "sh", .. arguments]);

    private static Task<IReadOnlyList<string>> Send(string script, string[] arguments) =>
        new FailureNotifier(ChosenTime.WithoutLimits).Send([Command(script, arguments)], Reports.Nightly, CancellationToken.None);
}
