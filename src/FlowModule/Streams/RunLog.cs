using System.Management.Automation;
using System.Runtime.CompilerServices;
using FlowModule.Engine.History;
using FlowModule.Engine.Texts;
using FlowModule.Secrets;

namespace FlowModule.Streams;

/// <summary>Puts the records of runs into their logs, once each: a record passes through the streams of all the runs around its own.</summary>
internal static class RunLog
{
    private static readonly object Mark = new();

    // Records that are in a log, and the messages of those that the engine makes anew wherever they are handed on.
    private static readonly ConditionalWeakTable<object, object> InALog = [];

    // The thread hands a record on to a host, which makes another of it.
    [ThreadStatic]
    private static bool s_isToHost;

    /// <summary>Adds what a run has written to its log, if it is the run's own.</summary>
    internal static void Add(FlowRun run, object record)
    {
        if (run.Listeners.Any && run.Recording is not { IsElsewhere: true } && !IsInALog(record) && Describe(record) is { } line)
        {
            MarkLogged(record);
            run.Listeners.Logged(run, run.Time.GetLocalNow(), line.Level, KnownSecrets.Mask(VisibleText.OfMessage(line.Text)));
        }
    }

    /// <summary>Whether a record comes from a run inside, and is in its log.</summary>
    /// <param name="record">The record.</param>
    /// <param name="run">The run that gives it, if it may be its own.</param>
    internal static bool IsInALog(object record, FlowRun? run = null) => s_isToHost || (record switch
    {
        ErrorRecord error => RunErrors.RunOf(error) is { } owner && owner != run,
        InformationRecord information => InALog.TryGetValue(information.Tags, out _),
        InformationalRecord made => InALog.TryGetValue(made, out _) || (!IsWritten(made.InvocationInfo) && InALog.TryGetValue(made.Message, out _)),
        _ => false,
    });

    /// <summary>Notes that a record is in the log of the run that wrote it.</summary>
    internal static void MarkLogged(object record)
    {
        switch (record)
        {
            case InformationRecord information:
                // A job makes a copy of the record, which shares them.
                InALog.TryAdd(information.Tags, Mark);
                break;
            case InformationalRecord { Message: { } message }:
                InALog.TryAdd(record, Mark);
                InALog.TryAdd(message, Mark);
                break;
            default:
                // The run that an error is of is noted on it.
                break;
        }
    }

    /// <summary>Hands a line on to a host: should that be a worker's, it is in a log already.</summary>
    internal static void ToHost(Action<string> write, string message)
    {
        s_isToHost = true;
        try
        {
            write(message);
        }
        finally
        {
            s_isToHost = false;
        }
    }

    /// <summary>A message as a host got it from a script: a text of its own, whatever a script may have written the same text before.</summary>
    internal static string Own(string message) => s_isToHost || message is null ? message! : new string(message.AsSpan());

    /// <summary>Whether a script has written a record, and no cmdlet has handed on one that it was given.</summary>
    private static bool IsWritten(InvocationInfo? invocation) => invocation?.MyCommand switch
    {
        null => false,
        CmdletInfo cmdlet => cmdlet.Verb == VerbsCommunications.Write,
        _ => true,
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
