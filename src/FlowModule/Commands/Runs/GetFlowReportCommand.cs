using System.Management.Automation;
using FlowModule.Engine.History;
using FlowModule.History;
using FlowModule.Lookup.Report;
using FlowModule.Scheduling.Registrations;

namespace FlowModule.Commands;

/// <summary>Reports what ran, what failed and why, what is late, what waits for a person, and what comes next.</summary>
[Cmdlet(VerbsCommon.Get, "FlowReport")]
[OutputType(typeof(FlowReport), typeof(string))]
public sealed class GetFlowReportCommand : HistoryCommand
{
    private static readonly TimeSpan Usual = TimeSpan.FromHours(12);

    /// <summary>The beginning of the period: a time, or how long ago.</summary>
    [Parameter(Position = 0)]
    [TimeAgo]
    public DateTimeOffset Since { get; set; } = DateTimeOffset.Now - Usual;

    /// <summary>Return the report as a page of HTML, and not as an object.</summary>
    [Parameter]
    public SwitchParameter AsHtml { get; set; }

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        string file = ChosenPath ?? Histories.DefaultPath;
        RunHistory? history = HistoryPath is null && (Histories.IsOff || !File.Exists(file)) ? null : History;
        FlowReport report = Ask(() => new ReportReader(history, FlowRegistrations.Of(file), new ScheduleRuns(file)).Read(Since, DateTimeOffset.Now));
        WriteObject(AsHtml ? report.ToHtml() : report);
    }
}
