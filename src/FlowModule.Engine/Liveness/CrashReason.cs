using System.Globalization;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.Liveness;

/// <summary>Explains why the runs of a dead process are over.</summary>
internal static class CrashReason
{
    /// <summary>Returns why a run of a dead process is over.</summary>
    internal static string Describe(ProcessRecord process, ProcessLiveness liveness, DateTimeOffset lastSeen)
    {
        if (process.KillReason is { } reason)
        {
            return reason;
        }

        ProcessIdentity identity = process.Identity;
        string machine = identity.Machine == Environment.MachineName ? string.Empty : $" on {identity.Machine}";
        string name = string.Create(
            CultureInfo.InvariantCulture, $"Process {identity.ProcessId}{machine} (started {identity.StartTime.ToLocalTime():yyyy-MM-dd HH:mm:ss})");
        string seen = lastSeen.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        return liveness == ProcessLiveness.Ended
            ? $"{name} ended at {seen} before the run had ended."
            : $"{name} died before the run had ended. It was last seen at {seen}.";
    }
}
