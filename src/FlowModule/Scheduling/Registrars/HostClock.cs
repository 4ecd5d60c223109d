namespace FlowModule.Scheduling.Registrars;

/// <summary>What time it is, and the zone that the machine's schedulers go by.</summary>
/// <param name="Time">The clock.</param>
/// <param name="Zone">The zone.</param>
internal sealed record HostClock(TimeProvider Time, TimeZoneInfo Zone)
{
    private const string Link = "/etc/localtime";
    private const string Folder = "zoneinfo/";

    internal DateTimeOffset Now => Time.GetUtcNow();

    internal static HostClock OfThisMachine() => new(TimeProvider.System, FindZone());

    private static TimeZoneInfo FindZone()
    {
        // A process may have been given another zone than its machine has.
        if (OperatingSystem.IsWindows() || string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TZ")))
        {
            return TimeZoneInfo.Local;
        }

        // A machine without the file is in UTC.
        string? target = File.Exists(Link) ? File.ResolveLinkTarget(Link, returnFinalTarget: false)?.FullName : Folder + "UTC";
        int at = target?.IndexOf(Folder, StringComparison.Ordinal) ?? -1;
        return at >= 0 && TimeZoneInfo.TryFindSystemTimeZoneById(target![(at + Folder.Length)..], out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Local;
    }
}
