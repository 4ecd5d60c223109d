using System.Globalization;
using System.Management.Automation;

// pwsh's own namespace: the commands' full names are part of the ids of their errors.
namespace Microsoft.PowerShell.Commands;

/// <summary>Get-Date, without -UFormat and -DisplayHint.</summary>
[Cmdlet(VerbsCommon.Get, "Date", DefaultParameterSetName = ByDate)]
internal sealed class GetDateCommand : PSCmdlet
{
    private const string ByDate = "Date";
    private const string ByUnixTime = "UnixTimeSeconds";

    [Parameter(ParameterSetName = ByDate, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("LastWriteTime")]
    public DateTime Date { get; set; }

    [Parameter(ParameterSetName = ByUnixTime, Mandatory = true)]
    [Alias("UnixTime")]
    public long UnixTimeSeconds { get; set; }

    [Parameter]
    [ValidateRange(1, 9999)]
    public int? Year { get; set; }

    [Parameter]
    [ValidateRange(1, 12)]
    public int? Month { get; set; }

    [Parameter]
    [ValidateRange(1, 31)]
    public int? Day { get; set; }

    [Parameter]
    [ValidateRange(0, 23)]
    public int? Hour { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int? Minute { get; set; }

    [Parameter]
    [ValidateRange(0, 59)]
    public int? Second { get; set; }

    [Parameter]
    [ValidateRange(0, 999)]
    public int? Millisecond { get; set; }

    [Parameter]
    public string? Format { get; set; }

    [Parameter]
    public SwitchParameter AsUTC { get; set; }

    protected override void ProcessRecord()
    {
        DateTime date = ParameterSetName == ByUnixTime ? DateTimeOffset.FromUnixTimeSeconds(UnixTimeSeconds).LocalDateTime
            : MyInvocation.BoundParameters.ContainsKey(nameof(Date)) ? Date
            : DateTime.Now;
        date = Replace(date, Year, date.Year, (d, by) => d.AddYears(by));
        date = Replace(date, Month, date.Month, (d, by) => d.AddMonths(by));
        date = Replace(date, Day, date.Day, (d, by) => d.AddDays(by));
        date = Replace(date, Hour, date.Hour, (d, by) => d.AddHours(by));
        date = Replace(date, Minute, date.Minute, (d, by) => d.AddMinutes(by));
        date = Replace(date, Second, date.Second, (d, by) => d.AddSeconds(by));
        if (Millisecond is { } millisecond)
        {
            // The ticks below go too: a given time is exact.
            date = new DateTime(date.Ticks - (date.Ticks % TimeSpan.TicksPerSecond), date.Kind).AddMilliseconds(millisecond);
        }

        if (AsUTC)
        {
            date = date.ToUniversalTime();
        }

        WriteObject(Format is null ? date : Render(date, Format));
    }

    private static DateTime Replace(DateTime date, int? wanted, int actual, Func<DateTime, int, DateTime> add) =>
        wanted is { } value ? add(date, value - actual) : date;

    private static string Render(DateTime date, string format) => format.ToUpperInvariant() switch
    {
        "FILEDATE" => date.ToString("yyyyMMdd", CultureInfo.InvariantCulture),
        "FILEDATEUNIVERSAL" => date.ToUniversalTime().ToString("yyyyMMddZ", CultureInfo.InvariantCulture),
        "FILEDATETIME" => date.ToString("yyyyMMddTHHmmssffff", CultureInfo.InvariantCulture),
        "FILEDATETIMEUNIVERSAL" => date.ToUniversalTime().ToString("yyyyMMddTHHmmssffffZ", CultureInfo.InvariantCulture),
        _ => date.ToString(format, CultureInfo.CurrentCulture),
    };
}
