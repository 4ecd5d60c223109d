using System.Management.Automation;

namespace FlowModule;

/// <summary>A failure and where it came from: the output of Get-FlowError.</summary>
public sealed class FlowError
{
    /// <summary>The run that is the cause of the failure.</summary>
    public required FlowRunRecord Run { get; init; }

    /// <summary>The runs from the top of the tree to that run.</summary>
    public required FlowRunRecord[] Path { get; init; }

    /// <summary>The same runs as text, with the name of the flow or task of each.</summary>
    public required string RunPath { get; init; }

    /// <summary>The name of the run's state.</summary>
    public string State => Run.State.Name;

    /// <summary>When the run ended.</summary>
    public DateTimeOffset Time => Run.EndTime ?? Run.State.Timestamp;

    /// <summary>Which attempt of the run failed, from 1.</summary>
    public int Attempt => Run.Attempt;

    /// <summary>The piped object or the parameters that the run was started for, in a few words; or null. Run.InputObject and Run.Parameters have all of it.</summary>
    public string? Input { get; init; }

    /// <summary>What went wrong.</summary>
    public required string Message { get; init; }

    /// <summary>The type of the exception, or null if nothing was thrown.</summary>
    public string? ExceptionType { get; init; }

    /// <summary>The exceptions inside the exception, one in a line, or null.</summary>
    public string? InnerException { get; init; }

    /// <summary>The error as PowerShell's Get-Error shows it. Null if nothing was thrown, for example because the process ended.</summary>
    public ErrorRecord? ErrorRecord { get; init; }

    /// <summary>The file of the script, or null.</summary>
    public string? ScriptPath { get; init; }

    /// <summary>The line that raised the error, or null.</summary>
    public int? ScriptLine { get; init; }

    /// <summary>The lines of the script around that line, with their numbers.</summary>
    public string[] Script { get; init; } = [];

    /// <summary>The last lines of the log, of the runs in Path, up to the failure.</summary>
    public FlowLogRecord[] Log { get; init; } = [];

    /// <summary>How many more runs failed inside the first run of Path.</summary>
    public int OtherFailures { get; init; }

    /// <inheritdoc/>
    public override string ToString() => $"{RunPath}: {Message}";
}
