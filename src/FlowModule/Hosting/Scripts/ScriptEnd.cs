using System.Management.Automation;

namespace FlowModule.Hosting.Scripts;

/// <summary>How a script ended.</summary>
/// <param name="OwnCode">The exit code that it has asked for, or null.</param>
/// <param name="Fault">What ended it, or null.</param>
/// <param name="IsBadInput">Whether it could not even start: it does not parse, or its parameters do not bind.</param>
internal sealed record ScriptEnd(int? OwnCode, Exception? Fault, bool IsBadInput)
{
    /// <summary>The exit code of the process, when its runs have ended.</summary>
    internal int ExitCode(FlowOutcomes outcomes)
    {
        if (Fault is not null)
        {
            // To stop at a run that was cancelled is no failure of the script's.
            return IsBadInput ? ExitCodes.BadInput : IsCancelledRun && !outcomes.AnyFailed ? ExitCodes.Cancelled : ExitCodes.Failure;
        }

        return OwnCode ?? (outcomes.AnyFailed ? ExitCodes.Failure : outcomes.AnyCancelled ? ExitCodes.Cancelled : ExitCodes.Success);
    }

    private bool IsCancelledRun => Fault is IContainsErrorRecord { ErrorRecord.Exception: FlowRunException { Run.State.Type: StateType.Cancelled } };
}
