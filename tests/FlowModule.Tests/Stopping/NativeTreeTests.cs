using System.Diagnostics;
using FlowModule.Engine.Runs;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Stopping;

/// <summary>A stop ends what a native command has started, so that finally blocks run; and nothing else.</summary>
public sealed class NativeTreeTests : FlowTest
{
    private const string Command = "sleep 1000 3>$path & wait; echo x";

    private readonly List<FlowRun> _runs = [];

    [UnixOnlyTheory]
    [InlineData("Invoke-Flow { %body% }")]
    [InlineData("Start-Subflow { %body% } -Parallel")]
    [InlineData("Start-Subflow { %body% } -Isolation NewRunspace")]
    [InlineData("Invoke-FlowTask { %body% }")]
    [InlineData("Invoke-Flow { Invoke-FlowTask { %body% } }")]
    [InlineData("Invoke-Flow { Start-Subflow { Invoke-Flow { %body% } } -Parallel }")]
    [InlineData("Start-Subflow { %body% } -AsJob | Receive-Job -Wait")]
    public void Ctrl_C_ends_what_a_native_command_has_started(string call)
    {
        var fifo = new Fifo(Folder);
        using var ended = new Gate();
        Session.Set("path", fifo.FullPath);
        Session.Set("ended", ended);

        using var script = new RunningScript(Session, call.Replace("%body%", $"try {{ sh -c \"{Command}\" }} finally {{ $ended.Arrive() }}", StringComparison.Ordinal));
        fifo.WaitForWriter();
        script.Stop();

        ended.WaitForArrivals();
        fifo.WaitForEnd();
    }

    [UnixOnlyTheory]
    [InlineData("")]
    [InlineData("trap '' TERM; ")]
    public void A_stopped_run_ends_what_a_native_command_has_started(string prelude)
    {
        var fifo = new Fifo(Folder);
        using var ended = new Gate();
        Session.Set("path", fifo.FullPath);
        Session.Set("ended", ended);
        Session.Set("runs", _runs);

        using var script = new RunningScript(
            Session, $"Start-Subflow {{ [void] $runs.Add($FlowRun); try {{ sh -c \"{prelude}{Command}\" }} finally {{ $ended.Arrive() }} }} -Parallel");
        fifo.WaitForWriter();
        _runs[0].Stop(new StopRequest(StopKind.Cancelled, "Enough."));

        script.WaitForEnd();
        ended.WaitForArrivals();
        fifo.WaitForEnd();
        Assert.Equal(StateType.Cancelled, Assert.IsType<FlowState>(Assert.Single(script.Output)).Type);
    }

    [UnixOnlyFact]
    public void The_commands_of_other_runs_and_of_the_session_live_on()
    {
        var stopped = new Fifo(Folder);
        using var other = new TempFolder();
        var neighbour = new Fifo(other);
        string release = Path.Combine(other.FullPath, "release");
        using (Process make = Process.Start("mkfifo", release))
        {
            make.WaitForExit();
        }

        using Process own = Process.Start(new ProcessStartInfo("sh", ["-c", $"(read line < '{release}'; exit 3); exit $?"]))!;
        Session.Set("path", stopped.FullPath);
        Session.Set("neighbour", neighbour.FullPath);
        Session.Set("release", release);
        Session.Set("runs", _runs);

        using var script = new RunningScript(Session, $$"""
            $bodies = (New-Flow stopped { [void] $runs.Add($FlowRun); sh -c "{{Command}}" }),
                (New-Flow neighbour { sh -c "(exec 3>$neighbour; read line < $release; echo released) & wait; echo done" })
            $bodies | Start-Subflow -Parallel -ThrottleLimit 2
            """);
        stopped.WaitForWriter();
        neighbour.WaitForWriter();
        _runs[0].Stop(new StopRequest(StopKind.Cancelled, "Enough."));
        stopped.WaitForEnd();
        using var writer = new StreamWriter(new FileStream(release, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1));
        writer.Write("go\ngo\n");
        writer.Flush();

        script.WaitForEnd();
        FlowState state = Assert.Single(script.Output.OfType<FlowState>(), state => state.Run.FlowName == "neighbour");
        Assert.Equal(["released", "done"], Assert.IsType<object?[]>(state.Result).Select(line => line!.ToString()));
        own.WaitForExit();
        Assert.Equal(3, own.ExitCode);
    }

}
