using System.Management.Automation;

namespace FlowModule.Scripts;

/// <summary>How a script ended.</summary>
/// <param name="OwnCode">The exit code that it has asked for, or null.</param>
/// <param name="Fault">What ended it, or null.</param>
/// <param name="IsBadInput">Whether it could not even start: it does not parse, or its parameters do not bind.</param>
internal sealed record ScriptEnd(int? OwnCode, Exception? Fault, bool IsBadInput)
{
    /// <summary>The first error by which a command of the script was refused that defines or runs flows, or null.</summary>
    internal ErrorRecord? Refusal { get; init; }

    /// <summary>The exit code of the process, when its runs have ended.</summary>
    internal int ExitCode(FlowOutcomes outcomes)
    {
        if (Fault is not null)
        {
            // To stop at a run that was cancelled is no failure of the script's.
            return IsBadInput ? ExitCodes.BadInput : IsCancelledRun && !outcomes.AnyFailed ? ExitCodes.Cancelled : ExitCodes.Failure;
        }

        return OwnCode ?? (outcomes.AnyFailed ? ExitCodes.Failure
            : Refusal is not null ? outcomes.Any ? ExitCodes.Failure : ExitCodes.BadInput
            : outcomes.AnyCancelled ? ExitCodes.Cancelled : ExitCodes.Success);
    }

    /// <summary>Why it did not end well, in words; null when it did.</summary>
    internal string? Describe(FlowOutcomes outcomes) => Fault?.Message ?? (outcomes.AnyFailed ? outcomes.Describe() : Refusal?.ToString() ?? outcomes.Describe());

    private bool IsCancelledRun => Fault is IContainsErrorRecord { ErrorRecord.Exception: FlowRunException { Run.State.Type: StateType.Cancelled } };
}
