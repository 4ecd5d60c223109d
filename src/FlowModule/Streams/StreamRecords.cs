using System.Management.Automation;
using FlowModule.Engine.Runs;

namespace FlowModule.Streams;

/// <summary>The records in the streams of a run.</summary>
internal static class StreamRecords
{
    /// <summary>The tag of records that are shown like Write-Host output.</summary>
    internal const string HostTag = "PSHOST";

    private const string LogTag = "FlowLog";

    /// <summary>Records on the run what a record says about it, and on an error which run it belongs to. Returns the record to show.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">The record.</param>
    /// <param name="isInALog">Whether another process has already written it to the log of its run.</param>
    internal static object Note(FlowRun run, object record, bool isInALog = false)
    {
        if (isInALog)
        {
            RunLog.MarkLogged(record);
        }
        else
        {
            RunLog.Add(run, record);
        }

        if (record is WarningRecord warning)
        {
            return WarningLabels.Add(run, warning);
        }

        if (record is ErrorRecord error)
        {
            if (!RunErrors.IsOfAnotherRun(error))
            {
                WrittenErrors.Place(run, error);
                RunErrors.Attach(error, run);

                // A stderr line of a native command is text, not a failure.
                if (!NativeText.Is(error))
                {
                    run.CurrentAttempt.CountError();
                }
            }

            // Also for an error of a run inside, because the process that executed that run does not know that it is one of many.
            RunErrors.Label(error, run);
        }

        return record;
    }

    /// <summary>Whether a record is a log line about a run, which repeats the run's states.</summary>
    internal static bool IsLogLine(InformationRecord record) => record.Tags.Contains(LogTag);

    /// <summary>A log line of the module, with what it is about for hosts that write data.</summary>
    internal static InformationRecord Line(LogLine line) =>
        OutputSource.IsWanted ? Line(line.ToString(), LineFacts.Of(line)) : Line(line.ToString(), isLog: true);

    /// <summary>The same for a line with other facts.</summary>
    internal static InformationRecord Line(string text, LineFacts facts, ConsoleColor? foreground = null) =>
        Tagged(new LogMessage { Facts = facts, Message = text, NoNewLine = false }, foreground, background: null, isLog: true);

    /// <summary>A line for people: shown like Write-Host output, and captured, redirected or silenced with the information stream.</summary>
    internal static InformationRecord Line(string text, bool isLog = false, ConsoleColor? foreground = null, ConsoleColor? background = null, bool noNewLine = false) =>
        Tagged(new HostInformationMessage { Message = text, NoNewLine = noNewLine }, foreground, background, isLog);

    private static InformationRecord Tagged(HostInformationMessage message, ConsoleColor? foreground, ConsoleColor? background, bool isLog)
    {
        if (foreground is not null)
        {
            message.ForegroundColor = foreground;
        }

        if (background is not null)
        {
            message.BackgroundColor = background;
        }

        var record = new InformationRecord(message, "FlowModule");
        record.Tags.Add(HostTag);
        if (isLog)
        {
            record.Tags.Add(LogTag);
        }

        return record;
    }
}
