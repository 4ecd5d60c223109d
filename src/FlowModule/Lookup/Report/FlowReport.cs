using FlowModule.Lookup.Report;

namespace FlowModule;

/// <summary>A report about a period and about what comes next: the output of <c>Get-FlowReport</c>. Its text is for people.</summary>
public sealed class FlowReport
{
    /// <summary>The beginning of the period.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>The end of the period: when the report was created.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The computer on which it was created.</summary>
    public string ComputerName { get; } = Environment.MachineName;

    /// <summary>The flow runs that were created in the period or were unfinished, newest first.</summary>
    public required FlowRunRecord[] Runs { get; init; }

    /// <summary>The failed and crashed runs, each with the child runs that failed by themselves.</summary>
    public required FlowReportFailure[] Failures { get; init; }

    /// <summary>Runs that wait for a person, for an answer or because they are suspended; newest first.</summary>
    public required FlowRunRecord[] Waiting { get; init; }

    /// <summary>Occurrences of scheduled flows in the period that started late, were skipped, or did not complete.</summary>
    public required FlowScheduleRun[] Schedules { get; init; }

    /// <summary>The last occurrences of registered flows in the period that were not started.</summary>
    public required FlowScheduleTime[] Overdue { get; init; }

    /// <summary>Registered flows whose entry in the scheduler is changed or missing.</summary>
    public required FlowRegistration[] Changed { get; init; }

    /// <summary>Registered flows with their next occurrence, in order of time.</summary>
    public required FlowRegistration[] Next { get; init; }

    /// <summary>Whether nothing failed, is late, or waits for a person.</summary>
    public bool IsGood => Failures.Length == 0 && Waiting.Length == 0 && Schedules.Length == 0 && Overdue.Length == 0 && Changed.Length == 0;

    /// <summary>The report in one line.</summary>
    public string Summary => ReportText.Summary(this);

    /// <summary>Returns the report as a self-contained HTML page.</summary>
    public string ToHtml() => ReportHtml.Of(this);

    /// <summary>The report as text.</summary>
    public override string ToString() => ReportText.Of(this);
}
