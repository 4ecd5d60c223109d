using System.Diagnostics;

namespace FlowModule.Engine.Files;

/// <summary>Opens files that only one process at a time may have open.</summary>
internal static class ExclusiveFile
{
    /// <summary>Opens a file, and waits while another process has it open.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">How to open it, without sharing.</param>
    /// <param name="patience">The longest wait.</param>
    /// <param name="pause">The pause between two attempts.</param>
    /// <exception cref="IOException">Another process kept it open for longer (<see cref="HeldFile.IsHeld"/>), or it cannot be opened.</exception>
    internal static FileStream Wait(string path, FileStreamOptions options, TimeSpan patience, TimeSpan pause)
    {
        for (long begin = Stopwatch.GetTimestamp(); ; Thread.Sleep(pause))
        {
            try
            {
                return new FileStream(path, options);
            }
            catch (IOException exception) when (HeldFile.IsHeld(exception) && Stopwatch.GetElapsedTime(begin) < patience)
            {
                // Another process still has it open.
            }
        }
    }
}
