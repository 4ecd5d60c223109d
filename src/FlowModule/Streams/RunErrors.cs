using System.Management.Automation;
using System.Runtime.CompilerServices;
using FlowModule.Engine.Retries;
using FlowModule.Engine.Runs;
using FlowModule.Engine.Runs.Driving;
using FlowModule.Engine.States;
using FlowModule.Values;

namespace FlowModule.Streams;

/// <summary>Creates the error records of runs: the original error if there is one, with the run and its input attached.</summary>
internal sealed class RunErrors : IHostErrors
{
    internal static readonly RunErrors Instance = new();

    private static readonly ConditionalWeakTable<ErrorRecord, FlowRun> Runs = [];

    private RunErrors()
    {
    }

    /// <inheritdoc/>
    RunFailure IHostErrors.Describe(FlowRun run, Exception exception) => Describe(run, exception);

    /// <inheritdoc/>
    public object? Describe(FlowRun run, FinalStateRule.Verdict verdict)
    {
        if (verdict.Error is ErrorRecord original)
        {
            return Attach(original, run);
        }

        string what = $"{run.KindName} '{run.Name}' for {(run.Kind == RunKind.Task ? "task" : "flow")} '{run.FlowName}'";
        (string id, ErrorCategory category, string how) = (verdict.Type, verdict.Name) switch
        {
            (StateType.Cancelled, _) => ("FlowRunCancelled", ErrorCategory.OperationStopped, "was cancelled"),
            (StateType.Crashed, _) => ("FlowRunCrashed", ErrorCategory.ResourceUnavailable, "crashed"),
            (StateType.Pending, _) => ("FlowTaskNotReady", ErrorCategory.ResourceUnavailable, "was never run"),
            (_, StateNames.TimedOut) => ("FlowRunTimedOut", ErrorCategory.OperationTimeout, "timed out"),
            _ => ("FlowRunFailed", ErrorCategory.NotSpecified, "failed"),
        };
        var failed = verdict.Error as FlowState;
        Exception? cause = (failed?.Error as ErrorRecord)?.Exception;
        var record = new ErrorRecord(new FlowRunException($"{what} {how}: {verdict.Message}", run, cause), id, category, run);
        return Attach(record, run);
    }

    /// <summary>The failure for an exception of a body: the record in it, at the position where it was raised.</summary>
    internal static RunFailure Describe(FlowRun run, Exception exception)
    {
        ErrorRecord record = exception is IContainsErrorRecord { ErrorRecord: { } contained }
            ? contained.Exception is ParentContainsErrorRecordException ? new ErrorRecord(contained, exception) : contained
            : exception is RetryConditionException
                ? new ErrorRecord(exception, "FlowRetryIfInvalid", ErrorCategory.InvalidArgument, run)
                : new ErrorRecord(exception, exception.GetType().Name, ErrorCategory.NotSpecified, targetObject: null);
        WrittenErrors.Place(run, record);
        return RetryAdvice.Add(new RunFailure(RunFailure.Describe(run.Kind, record.Exception.GetType().Name, record.Exception.Message), record), record.Exception);
    }

    /// <summary>The failure of a run whose worker died.</summary>
    internal static RunFailure Crash(Exception exception) => new(
        $"The worker died. {exception.GetType().Name}: {exception.Message}",
        new ErrorRecord(exception, "FlowRunCrashed", ErrorCategory.ResourceUnavailable, targetObject: null)) { IsCrash = true };

    /// <summary>The failure of a run whose process died.</summary>
    internal static RunFailure ProcessDied(FlowRun run, string message) => new(
        message, new ErrorRecord(new FlowRunException(message, run), "FlowRunCrashed", ErrorCategory.ResourceUnavailable, run)) { IsCrash = true };

    /// <summary>The failure of a run that was to be executed by a peer of another version. It would be refused again.</summary>
    internal static RunFailure WireVersionRefused(FlowRun run, Exception exception) => new(
        exception.Message, new ErrorRecord(new FlowRunException(exception.Message, run, exception), "FlowWireVersionRefused", ErrorCategory.InvalidOperation, run)) { IsPermanent = true };

    internal static RunFailure ExitCode(FlowRun run, int code)
    {
        string message = $"{(run.Kind == RunKind.Task ? "Task" : "Flow")} run exited with code {code}.";
        return new RunFailure(message, new ErrorRecord(new FlowRunException(message, run), "FlowRunExited", ErrorCategory.NotSpecified, run));
    }

    /// <summary>
    /// Attaches the run to an error record, unless an inner run has done so; also to its exception, because a caught record
    /// is PowerShell's copy, which shares only the exception with the written one.
    /// </summary>
    internal static ErrorRecord Attach(ErrorRecord record, FlowRun run) => Attach(record, run, run.InputObject);

    /// <summary>The same for a run of another process.</summary>
    internal static ErrorRecord Attach(ErrorRecord record, FlowRun run, object? input)
    {
        if (Runs.TryAdd(record, run))
        {
            AddNotes(record, run, input);
            AddNotes(record.Exception, run, input);
        }

        return record;
    }

    /// <summary>
    /// Adds the source of an error of many runs to the text that is shown, unless it has one. Its exception, which scripts compare, stays unchanged, and so
    /// do details that the error brings along, which programs read.
    /// </summary>
    internal static void Label(ErrorRecord record, FlowRun run) => record.ErrorDetails ??= LabelOf(record, run);

    /// <summary>
    /// The error of a run that ended, as its caller writes it: a copy with its source. The error of the state itself stays as it was: who has the state
    /// knows the run.
    /// </summary>
    internal static ErrorRecord Labelled(ErrorRecord record, FlowRun run)
    {
        if (record.ErrorDetails is not null || LabelOf(record, run) is not { } label)
        {
            return record;
        }

        FlowRun owner = RunOf(record) ?? run;
        return Attach(new ErrorRecord(record, replaceParentContainsErrorRecordException: null) { ErrorDetails = label }, owner);
    }

    private static ErrorDetails? LabelOf(ErrorRecord record, FlowRun run) =>
        !NativeText.Is(record) && RunLabel.Source(run, onlyInputs: true) is { } source ? new ErrorDetails($"{source} {record.Exception.Message}") : null;

    /// <summary>Whether the record was written by a run inside this one, which has reported it.</summary>
    internal static bool IsOfAnotherRun(ErrorRecord record) => Runs.TryGetValue(record, out _);

    /// <summary>The run that an error record belongs to, or null.</summary>
    internal static FlowRun? RunOf(ErrorRecord record) => Runs.TryGetValue(record, out FlowRun? run) ? run : null;

    private static void AddNotes(object target, FlowRun run, object? input)
    {
        PSMemberInfoCollection<PSPropertyInfo> properties = PSObject.AsPSObject(target).Properties;
        if (properties[SpecialVariables.FlowRun] is null)
        {
            properties.Add(new PSNoteProperty(SpecialVariables.FlowRun, run));
            properties.Add(new PSNoteProperty("FlowName", run.FlowName));
            properties.Add(new PSNoteProperty("FlowInput", input));
        }
    }
}
