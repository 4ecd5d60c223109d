using System.Management.Automation;

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

    /// <summary>A line for people: shown like Write-Host output, and captured, redirected or silenced with the information stream.</summary>
    internal static InformationRecord Line(string text, bool isLog = false, ConsoleColor? foreground = null, ConsoleColor? background = null, bool noNewLine = false)
    {
        var message = new HostInformationMessage { Message = text, NoNewLine = noNewLine };
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
