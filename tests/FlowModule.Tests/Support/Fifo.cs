using System.Diagnostics;

namespace FlowModule.Tests.Support;

/// <summary>A named pipe that a program writes to: it shows when the program has started, and when it and all other holders of the pipe are gone.</summary>
internal sealed class Fifo
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(180);

    private Task<FileStream>? _opened;

    internal Fifo(TempFolder folder)
    {
        FullPath = Path.Combine(folder.FullPath, "fifo");
        using Process make = Process.Start("mkfifo", FullPath);
        make.WaitForExit();
        _opened = Task.Run(() => new FileStream(FullPath, FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 1));
    }

    internal string FullPath { get; }

    /// <summary>Waits until a program has opened the pipe.</summary>
    internal void WaitForWriter() => Assert.True(_opened!.Wait(Patience), "Nobody opens the pipe.");

    /// <summary>Waits until no program has it open any more.</summary>
    internal void WaitForEnd()
    {
        using FileStream stream = _opened!.Result;
        Task<int> read = Task.Run(stream.ReadByte);
        Assert.True(read.Wait(Patience), "A program still runs.");
        Assert.Equal(-1, read.Result);
        _opened = null;
    }
}
