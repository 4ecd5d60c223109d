using System.Management.Automation;

namespace FlowModule.Scripts;

/// <summary>How a script ended.</summary>
/// <param name="OwnCode">The exit code that it requested, or null.</param>
/// <param name="Fault">The error that ended it, or null.</param>
/// <param name="IsBadInput">Whether it could not start: it cannot be parsed, or its parameters are invalid.</param>
internal sealed record ScriptEnd(int? OwnCode, Exception? Fault, bool IsBadInput)
{
    /// <summary>The first error with which a command that defines or runs flows was refused, or null.</summary>
    internal ErrorRecord? Refusal { get; init; }

    /// <summary>The exit code of the process, after its runs have ended.</summary>
    internal int ExitCode(FlowOutcomes outcomes)
    {
        if (Fault is not null)
        {
            // A script that ends at a cancelled run has not failed itself.
            return IsBadInput ? ExitCodes.BadInput : IsCancelledRun && !outcomes.AnyFailed ? ExitCodes.Cancelled : ExitCodes.Failure;
        }

        return OwnCode ?? (outcomes.AnyFailed ? ExitCodes.Failure
            : Refusal is not null ? outcomes.Any ? ExitCodes.Failure : ExitCodes.BadInput
            : outcomes.AnyCancelled ? ExitCodes.Cancelled : ExitCodes.Success);
    }

    /// <summary>Why it failed, in words; null if it succeeded.</summary>
    internal string? Describe(FlowOutcomes outcomes) => Fault?.Message ?? (outcomes.AnyFailed ? outcomes.Describe() : Refusal?.ToString() ?? outcomes.Describe());

    private bool IsCancelledRun => Fault is IContainsErrorRecord { ErrorRecord.Exception: FlowRunException { Run.State.Type: StateType.Cancelled } };
}
