using System.Diagnostics;
using System.Runtime.Versioning;
using FlowModule.Processes;
using FlowModule.Tests.Support;
using FlowModule.Wire;

namespace FlowModule.Tests.Processes;

/// <summary>Who can connect to the pipe of a started process.</summary>
[UnsupportedOSPlatform("windows")]
public sealed class ProcessLinkTests
{
    [UnixOnlyFact]
    public void Nobody_else_can_enter_where_it_is_and_nothing_stays()
    {
        string folder;
        using (var link = new ProcessLink())
        {
            folder = Path.GetDirectoryName(link.Name)!;
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(folder));
        }

        Assert.False(Directory.Exists(folder));
    }

    [UnixOnlyFact]
    public void A_process_of_another_version_is_refused_and_hung_up_on()
    {
        using Process started = Process.Start("sleep", "300");
        try
        {
            using var link = new ProcessLink();
            Task<FrameChannel?> other = Task.Run(() => ProcessLink.Connect(link.Name, version: 99));

            WireVersionException refusal = Assert.Throws<WireVersionException>(() => link.WaitForConnection(started, () => "It has died."));

            Assert.StartsWith($"The worker process {started.Id} ('sleep') uses version 99 of the protocol", refusal.Message, StringComparison.Ordinal);
            link.Dispose();
            Assert.False(other.GetAwaiter().GetResult()!.TryRead(out _, out _));
        }
        finally
        {
            started.Kill();
        }
    }

    /// <summary>With all file rights, so that the other user gets as far as possible.</summary>
    [UnixOnlyFact]
    public void Another_user_who_connects_is_refused_and_ends_nothing()
    {
        if (Environment.UserName != "root" || !File.Exists("/usr/bin/setpriv") || !File.Exists("/usr/bin/perl"))
        {
            return;
        }

        using var link = new ProcessLink();
        File.SetUnixFileMode(Path.GetDirectoryName(link.Name)!, (UnixFileMode)0x1FF);
        File.SetUnixFileMode(link.Name, (UnixFileMode)0x1FF);
        using Process waited = Process.Start("sleep", "300");
        try
        {
            Task waiting = Task.Run(() => link.WaitForConnection(waited, () => "It has died."));
            using (Process stranger = Process.Start(
                "setpriv", ["--reuid=65534", "--clear-groups", "perl", "-MIO::Socket::UNIX", "-e", "my $s = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!; read $s, my $x, 1", link.Name]))
            {
                // Its connection is closed.
                stranger.WaitForExit();
                Assert.Equal(0, stranger.ExitCode);
            }

            using FrameChannel? channel = ProcessLink.Connect(link.Name);

            Assert.NotNull(channel);
            waiting.GetAwaiter().GetResult();
        }
        finally
        {
            waited.Kill();
        }
    }
}
