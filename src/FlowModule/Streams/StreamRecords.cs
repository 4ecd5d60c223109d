using System.Management.Automation;

namespace FlowModule.Streams;

/// <summary>What the streams of a run carry.</summary>
internal static class StreamRecords
{
    /// <summary>The tag of what is shown as Write-Host shows text.</summary>
    internal const string HostTag = "PSHOST";

    private const string LogTag = "FlowLog";

    /// <summary>Notes on the run what a record says of it, and on an error whose it is. Gives the record.</summary>
    /// <param name="run">The run.</param>
    /// <param name="record">The record.</param>
    /// <param name="isInALog">Whether another process has put it into the log of the run that wrote it.</param>
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

        if (record is ErrorRecord error && !RunErrors.IsOfAnotherRun(error))
        {
            WrittenErrors.Place(run, error);
            RunErrors.Attach(error, run);

            // What a native command writes to stderr is text, not a failure.
            if (!NativeText.Is(error))
            {
                run.CountError();
            }
        }

        return record;
    }

    /// <summary>Whether a record is a line of the engine's about a run, which the run's states say too.</summary>
    internal static bool IsLogLine(InformationRecord record) => record.Tags.Contains(LogTag);

    /// <summary>A line for people: shown as Write-Host would, and captured, redirected or silenced with the information stream.</summary>
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
