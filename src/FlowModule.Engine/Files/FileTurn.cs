using System.Diagnostics;
using FlowModule.Engine.Liveness;

namespace FlowModule.Engine.Files;

/// <summary>Opens files that only one process at a time has open.</summary>
internal static class FileTurn
{
    /// <summary>Opens a file when no other process has it, waiting for those that have.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How it is opened, sharing it with nobody.</param>
    /// <param name="patience">How long it waits.</param>
    /// <param name="pause">How long it waits before it looks again.</param>
    /// <exception cref="IOException">Others have it for longer (<see cref="ProcessLock.IsHeld"/>), or it cannot be opened.</exception>
    internal static FileStream Wait(string path, FileStreamOptions options, TimeSpan patience, TimeSpan pause)
    {
        for (long begin = Stopwatch.GetTimestamp(); ; Thread.Sleep(pause))
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException exception) when (ProcessLock.IsHeld(exception) && Stopwatch.GetElapsedTime(begin) < patience)
            {
                // Another process is not done with it.
            }
        }
    }
}
