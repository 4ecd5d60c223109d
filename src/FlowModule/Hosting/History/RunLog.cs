using System.Management.Automation;
using FlowModule.Engine;

namespace FlowModule.Hosting.History;

/// <summary>Puts the records of runs into their logs, once each: a record passes through the streams of all the runs around its own.</summary>
internal static class RunLog
{
    // What the thread hands on at this moment from a run inside. The streams of the runs around it get it in the same call.
    [ThreadStatic]
    private static object? s_relayed;

    /// <summary>Adds what a run has written to its log, if it is the run's own.</summary>
    internal static void Add(FlowRun run, object record)
    {
        if (run.Recording is { } recording && !IsRelayed(record) && Describe(record) is { } line)
        {
            recording.Log(run.Time.GetLocalNow(), line.Level, recording.History.Values.Mask(line.Text));
        }
    }

    /// <summary>Whether a record comes from a run inside, and is in its log.</summary>
    internal static bool IsRelayed(object record) => s_relayed is { } relayed && (ReferenceEquals(relayed, record) || IsCopy(relayed, record));

    /// <summary>Hands on a record of a run: on the way it gets into no other log.</summary>
    internal static void Relay(object record, Action write)
    {
        object? outer = s_relayed;
        s_relayed = record;
        try
        {
            write();
        }
        finally
        {
            s_relayed = outer;
        }
    }

    // The engine makes a new record of a message.
    private static bool IsCopy(object relayed, object record) => (relayed, record) switch
    {
        (InformationalRecord one, InformationalRecord other) => one.GetType() == other.GetType() && one.Message == other.Message,
        _ => false,
    };

    private static (FlowLogLevel Level, string Text)? Describe(object record) => record switch
    {
        ErrorRecord error => (FlowLogLevel.Error, error.ToString()),
        WarningRecord warning => (FlowLogLevel.Warning, warning.Message),
        VerboseRecord verbose => (FlowLogLevel.Verbose, verbose.Message),
        DebugRecord debug => (FlowLogLevel.Debug, debug.Message),
        InformationRecord information when !StreamRecords.IsLogLine(information) => (FlowLogLevel.Information, information.MessageData?.ToString() ?? string.Empty),
        _ => null,
    };
}
