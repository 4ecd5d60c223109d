using System.Diagnostics;
using System.Globalization;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>Looks processes of this machine up.</summary>
internal static class ProcessTable
{
    /// <summary>This process, for a history that it opens.</summary>
    internal static ProcessIdentity Own(Guid key, bool hasLock)
    {
        using var process = System.Diagnostics.Process.GetCurrentProcess();
        return new ProcessIdentity(
            key, Environment.MachineName, process.Id, ProcessSpace.Own, BirthOf(process.Id) ?? 0, new DateTimeOffset(process.StartTime), hasLock);
    }

    /// <summary>What the operating system says of a process.</summary>
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
    /// A number that no later process of the same id has, and that no step of the clock changes; null when there is no such process
    /// or it must not be looked at.
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
        // One that is dead and that its parent has not asked about still has its id.
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
            // There, and another user's.
            return true;
        }
    }

    /// <summary>The state and the start of a process, in ticks since the machine was started; null when it cannot be seen.</summary>
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

        // The second field is the program's name in parentheses, which may hold anything. The state is the third, the start the 22nd.
        string[] fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
        return (fields[0][0], long.Parse(fields[19], CultureInfo.InvariantCulture));
    }
}
