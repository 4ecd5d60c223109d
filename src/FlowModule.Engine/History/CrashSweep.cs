using System.Globalization;
using FlowModule.Engine.Liveness;
using FlowModule.Engine.Storage.Rows;

namespace FlowModule.Engine.History;

/// <summary>What looking for crashed runs has found.</summary>
/// <param name="Ended">The runs that were found to be over by this.</param>
/// <param name="Hook">A hook to be called now, with its run, or null: nobody else is given it.</param>
internal sealed record CrashSweep(IReadOnlyList<Guid> Ended, (FlowRunRecord Run, string Script)? Hook)
{
    internal static readonly CrashSweep Nothing = new([], Hook: null);

    /// <summary>Why a run is over whose process is gone.</summary>
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
            ? $"{name} ended at {seen} and left the run behind: it had not ended."
            : $"{name} died before the run had ended. It was last seen at {seen}.";
    }
}
