using System.Runtime.InteropServices;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

public sealed class SignalTests : IDisposable
{
    private readonly ScriptFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [UnixFact]
    public void Ctrl_C_runs_finally_blocks_and_exits_130() => StopsWith(PosixSignal.SIGINT, 130);

    [UnixFact]
    public void SIGTERM_runs_finally_blocks_and_exits_143() => StopsWith(PosixSignal.SIGTERM, 143);

    [UnixFact]
    public void A_second_signal_ends_the_process_at_once()
    {
        string path = _folder.Add("""
            try { 'ready'; Start-Sleep 3600 }
            finally { [Console]::Out.WriteLine('in finally'); [Threading.Thread]::Sleep(-1) }
            """);
        using FlowProcess flow = FlowProcess.StartScript(path);
        flow.WaitForLines("ready");
        flow.Send(PosixSignal.SIGTERM);
        flow.WaitForLines("in finally");
        flow.Send(PosixSignal.SIGINT);

        Assert.Equal(130, flow.WaitForExit().ExitCode);
    }

    [UnixFact]
    public void SIGTERM_stops_parallel_subflows_and_runs_their_finally_blocks()
    {
        string path = _folder.Add("""
            $folder = $PSScriptRoot
            New-Flow main {
                1..3 | Start-Subflow -Parallel -ThrottleLimit 3 -Flow {
                    try { Write-Host "started $_"; Start-Sleep 3600 }
                    finally { [IO.File]::WriteAllText("$folder/finally-$_", 'done') }
                }
            } | Invoke-Flow
            """);
        using FlowProcess flow = FlowProcess.StartScript(path);
        flow.WaitForLines("started 1", "started 2", "started 3");

        flow.Send(PosixSignal.SIGTERM);

        Assert.Equal(143, flow.WaitForExit().ExitCode);
        Assert.Equal(["done", "done", "done"], Enumerable.Range(1, 3).Select(i => File.ReadAllText(_folder.PathOf($"finally-{i}"))));
    }

    [UnixFact]
    public void SIGTERM_ends_the_native_command_that_the_script_waits_for()
    {
        string path = _folder.Add("""
            try { & /bin/sh -c 'echo ready; exec sleep 3600' }
            finally { [IO.File]::WriteAllText("$PSScriptRoot/finally", 'done') }
            """);
        using FlowProcess flow = FlowProcess.StartScript(path);
        flow.WaitForLines("ready");
        flow.Send(PosixSignal.SIGTERM);

        Assert.Equal(143, flow.WaitForExit().ExitCode);
        Assert.Equal("done", File.ReadAllText(_folder.PathOf("finally")));
    }

    [UnixTheory]
    [InlineData(PosixSignal.SIGTERM, 143, "& { %body% }")]
    [InlineData(PosixSignal.SIGTERM, 143, "Invoke-Flow { %body% }")]
    [InlineData(PosixSignal.SIGTERM, 143, "1 | Start-Subflow { %body% } -Parallel")]
    [InlineData(PosixSignal.SIGTERM, 143, "Start-Subflow { %body% } -Isolation Process")]
    [InlineData(PosixSignal.SIGINT, 130, "Invoke-Flow { %body% }")]
    public void A_signal_ends_what_a_native_command_has_started(PosixSignal signal, int expected, string call)
    {
        // A remaining process would keep the output of flow open.
        const string Body = "try { & /bin/sh -c 'sleep 3600 & echo ready; wait; echo x' | ForEach-Object { Write-Host $_ } } finally { [IO.File]::WriteAllText(\"$folder/finally\", 'done') }";
        string path = _folder.Add("$folder = $PSScriptRoot\n" + call.Replace("%body%", Body, StringComparison.Ordinal));
        using FlowProcess flow = FlowProcess.StartScript(path);
        flow.WaitForLines("ready");
        flow.Send(signal);

        Assert.Equal(expected, flow.WaitForExit().ExitCode);
        Assert.Equal("done", File.ReadAllText(_folder.PathOf("finally")));
    }

    private void StopsWith(PosixSignal signal, int expected)
    {
        string path = _folder.Add("""
            try { 'ready'; Start-Sleep 3600; 'not reached' }
            finally { [IO.File]::WriteAllText("$PSScriptRoot/finally", 'done') }
            """);
        using FlowProcess flow = FlowProcess.StartScript(path);
        flow.WaitForLines("ready");
        flow.Send(signal);

        FlowResult result = flow.WaitForExit();
        Assert.Equal((expected, "ready", ""), (result.ExitCode, result.Output, result.Error));
        Assert.Equal("done", File.ReadAllText(_folder.PathOf("finally")));
    }
}
