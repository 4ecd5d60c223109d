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
