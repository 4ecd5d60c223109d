using System.IO.Pipes;
using FlowModule.FlowHost.Tests.Support;

namespace FlowModule.FlowHost.Tests;

/// <summary><c>flow worker</c>, from the view of its parent process.</summary>
public sealed class WorkerTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(5);

    [Fact]
    public void The_command_is_not_shown() =>
        Assert.DoesNotContain("worker", FlowProcess.Invoke(["--help"]).Output, StringComparison.Ordinal);

    [Fact]
    public void It_needs_a_pipe() => Assert.Equal(2, FlowProcess.Invoke(["worker"]).ExitCode);

    [Fact]
    public void A_pipe_that_no_process_has_opened_is_removed_when_its_maker_ends()
    {
        using var folder = new ScriptFolder();
        FlowResult result = FlowProcess.Invoke(["run", folder.Add("""
            $type = [FlowModule.Flow].Assembly.GetType('FlowModule.Processes.ProcessLink')
            $link = [Activator]::CreateInstance($type, $true)
            $type.GetProperty('Name', [Reflection.BindingFlags] 'Instance, NonPublic').GetValue($link)
            """)]);

        Assert.Equal((0, string.Empty), (result.ExitCode, result.Error));
        string name = Assert.Single(result.Lines);
        Assert.True(OperatingSystem.IsWindows() || !Directory.Exists(Path.GetDirectoryName(name)), name);
    }

    [UnixFact]
    public void Workers_leave_nothing_in_the_temp_folder_also_if_they_are_killed()
    {
        using var folder = new ScriptFolder();
        string temp = Directory.CreateDirectory(folder.PathOf("t")).FullName;
        FlowResult result = FlowProcess.Invoke(
            ["run", folder.Add("""
                1..2 | Start-Subflow { "$PID" } -Parallel -Isolation Process | Receive-FlowResult
                Start-Subflow { [Environment]::FailFast('it is killed') } -Isolation Process -ErrorAction Ignore | ForEach-Object Name
                """)],
            new Dictionary<string, string?>(StringComparer.Ordinal) { ["TMPDIR"] = temp, ["FLOW_HOME"] = folder.PathOf("home") });

        Assert.Equal("Crashed", result.Lines[^1]);

        // Workers end soon after the process that they have worked for.
        Assert.True(SpinWait.SpinUntil(() => !Directory.EnumerateFileSystemEntries(temp).Any(), Patience), string.Join(' ', Directory.EnumerateFileSystemEntries(temp)));
    }

    [Fact]
    public async Task It_connects_says_that_it_is_there_and_ends_when_the_pipe_does()
    {
        string name = OperatingSystem.IsWindows() ? $"flow-test-{Guid.NewGuid():N}" : Path.Combine(Path.GetTempPath(), $"flow-test-{Guid.NewGuid():N}");
        await using NamedPipeServerStream pipe = new(name, PipeDirection.InOut, 1, PipeTransmissionMode.Byte, PipeOptions.Asynchronous | PipeOptions.CurrentUserOnly);
        Task<FlowResult> running = Task.Run(() => FlowProcess.Invoke(["worker", name]));
        await pipe.WaitForConnectionAsync().WaitAsync(Patience);
        byte[] hello = new byte[9];
        await pipe.ReadExactlyAsync(hello);
        pipe.Disconnect();

        FlowResult result = await running.WaitAsync(Patience);
        // A frame of nine bytes, of the kind Hello: version 6 of the wire, and behind it that of the module in five letters.
        Assert.Equal([9, 0, 0, 0, 1, 6, 0, 0, 0], hello);
        Assert.Equal(("", ""), (result.Output, result.Error));
    }
}
