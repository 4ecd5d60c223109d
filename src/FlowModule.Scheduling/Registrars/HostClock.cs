namespace FlowModule.Scheduling.Registrars;

/// <summary>The clock, and the time zone of the machine's schedulers.</summary>
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
        // The TZ variable may give this process another zone than the machine's.
        if (OperatingSystem.IsWindows() || string.IsNullOrEmpty(Environment.GetEnvironmentVariable("TZ")))
        {
            return TimeZoneInfo.Local;
        }

        // Without the file, the machine uses UTC.
        string? target = File.Exists(Link) ? File.ResolveLinkTarget(Link, returnFinalTarget: false)?.FullName : Folder + "UTC";
        int at = target?.IndexOf(Folder, StringComparison.Ordinal) ?? -1;
        return at >= 0 && TimeZoneInfo.TryFindSystemTimeZoneById(target![(at + Folder.Length)..], out TimeZoneInfo? zone) ? zone : TimeZoneInfo.Local;
    }
}
