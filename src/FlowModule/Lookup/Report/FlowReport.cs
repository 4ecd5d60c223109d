using FlowModule.Lookup.Report;

namespace FlowModule;

/// <summary>What happened since a time, and what comes next: what <c>Get-FlowReport</c> returns. Its text is for people to read.</summary>
public sealed class FlowReport
{
    /// <summary>The beginning of the period.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>Its end: when the report was made.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The computer that it was made on.</summary>
    public string ComputerName { get; } = Environment.MachineName;

    /// <summary>The flow runs that were made in the period or were not over, the newest first.</summary>
    public required FlowRunRecord[] Runs { get; init; }

    /// <summary>Those of them that failed or crashed, each with the runs inside that failed first.</summary>
    public required FlowReportFailure[] Failures { get; init; }

    /// <summary>Runs that wait for a person: for an answer, or because they were suspended. The newest first.</summary>
    public required FlowRunRecord[] Waiting { get; init; }

    /// <summary>Occurrences of scheduled flows in the period that started late, were skipped, or did not complete.</summary>
    public required FlowScheduleRun[] Schedules { get; init; }

    /// <summary>The last occurrences of registered flows in the period that nothing has started.</summary>
    public required FlowScheduleTime[] Overdue { get; init; }

    /// <summary>Registered flows whose entry in the scheduler was changed or is gone.</summary>
    public required FlowRegistration[] Changed { get; init; }

    /// <summary>Registered flows and when they run next, the next one first.</summary>
    public required FlowRegistration[] Next { get; init; }

    /// <summary>Whether nothing failed, is late, or waits for a person.</summary>
    public bool IsGood => Failures.Length == 0 && Waiting.Length == 0 && Schedules.Length == 0 && Overdue.Length == 0 && Changed.Length == 0;

    /// <summary>The report in one line.</summary>
    public string Summary => ReportText.Summary(this);

    /// <summary>The report as a page of HTML that needs nothing but itself.</summary>
    public string ToHtml() => ReportHtml.Of(this);

    /// <summary>The report as text.</summary>
    public override string ToString() => ReportText.Of(this);
}
