using System.Diagnostics;
using System.Globalization;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>Looks up processes of this machine.</summary>
internal static class ProcessTable
{
    /// <summary>Returns the identity of this process for a history that it opens.</summary>
    internal static ProcessIdentity Own(Guid key, bool hasLock)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new ProcessIdentity(
            key, Environment.MachineName, process.Id, ProcessSpace.Own, BirthOf(process.Id) ?? 0, new DateTimeOffset(process.StartTime), hasLock);
    }

    /// <summary>Returns what the operating system reports about a process.</summary>
    internal static ProcessEvidence Look(ProcessIdentity identity)
    {
        if (identity.Space.Length == 0 || identity.Space != ProcessSpace.Own)
        {
            return ProcessEvidence.OutOfSight;
        }

        if (!Exists(identity.ProcessId))
        {
            return ProcessEvidence.Gone;
        }

        return BirthOf(identity.ProcessId) is not { } birth || identity.Birth == 0 ? ProcessEvidence.Unclear
            : birth == identity.Birth ? ProcessEvidence.Running : ProcessEvidence.Gone;
    }

    /// <summary>
    /// Returns a number that distinguishes the process from any later one with the same id, and that clock changes do not affect. Null if there is no
    /// such process, or if access to it is denied.
    /// </summary>
    internal static long? BirthOf(int processId)
    {
        if (OperatingSystem.IsLinux())
        {
            return ReadStat(processId) is { } stat ? stat.Birth : null;
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return process.StartTime.ToUniversalTime().Ticks;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static bool Exists(int processId)
    {
        // A zombie (dead, but not yet waited for by its parent) still has its id.
        if (OperatingSystem.IsLinux() && ReadStat(processId) is { } stat)
        {
            return stat.State is not ('Z' or 'X');
        }

        try
        {
            using Process process = Process.GetProcessById(processId);
            return !process.HasExited;
        }
        catch (ArgumentException)
        {
            return false;
        }
        catch (Exception exception) when (exception is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It exists and belongs to another user.
            return true;
        }
    }

    /// <summary>Returns the state and the start time (in ticks since boot) of a process; null if it is not visible.</summary>
    private static (char State, long Birth)? ReadStat(int processId)
    {
        string text;
        try
        {
            text = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{processId}/stat"));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The second field is the program's name in parentheses, which may contain any character. The state is field 3, the start time field 22.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
    }
}
