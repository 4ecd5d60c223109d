using System.Globalization;
using FlowModule.Engine.Processes;
using FlowModule.Engine.Storage.Rows;
using FlowModule.Scripts;

namespace FlowModule.Scheduling.Instances;

/// <summary>How the script of a scheduled flow ended.</summary>
/// <param name="State">The resulting state.</param>
/// <param name="ExitCode">The resulting exit code.</param>
/// <param name="Message">The reason, or null.</param>
internal sealed record InstanceResult(StateType State, int ExitCode, string? Message)
{
    private const int SignalBase = 128;

    internal static InstanceResult Cancelled(string why) => new(StateType.Cancelled, ExitCodes.Cancelled, why);

    internal static InstanceResult BadInput(string why) => new(StateType.Failed, ExitCodes.BadInput, why);

    internal static InstanceResult Failed(string why) => new(StateType.Failed, ExitCodes.Failure, why);

    /// <summary>The tick with this result.</summary>
    internal TickRow End(TickRow tick, DateTimeOffset time) => tick with { State = State, Message = Message, ExitCode = ExitCode, EndTime = time };

    /// <summary>The result of a script that ended by itself.</summary>
    internal static InstanceResult Of(ScriptEnd end, FlowOutcomes outcomes)
    {
        int code = end.ExitCode(outcomes);
        if (end.OwnCode is { } own)
        {
            return own == 0 ? new(StateType.Completed, own, Message: null) : new(StateType.Failed, own, string.Create(CultureInfo.InvariantCulture, $"The script ended with exit code {own}."));
        }

        string? message = end.Describe(outcomes);
        return new(code switch { ExitCodes.Success => StateType.Completed, ExitCodes.Cancelled => StateType.Cancelled, _ => StateType.Failed }, code, message);
    }

    /// <summary>The result of a process that ended without a message.</summary>
    internal static InstanceResult OfExit(int process, int exitCode, string? stopReason)
    {
        if (stopReason is not null)
        {
            return Cancelled(stopReason);
        }

        // A script may call [Environment]::Exit with such a code; Windows has no other sign of a killed process.
        bool hasDied = OperatingSystem.IsWindows() ? exitCode is < 0 or > byte.MaxValue : exitCode > SignalBase;
        return exitCode switch
        {
            ExitCodes.Success => new(StateType.Completed, exitCode, Message: null),
            ExitCodes.Terminated or ExitCodes.Interrupted when !OperatingSystem.IsWindows() => Cancelled($"Its process {process} was told to end: {ExitDescription.Of(exitCode)}."),
            _ when hasDied => new(StateType.Crashed, ExitCodes.Failure, $"Its process {process} died: {ExitDescription.Of(exitCode)}."),
            _ => new(StateType.Failed, exitCode, $"Its process ended with {ExitDescription.Of(exitCode)}."),
        };
    }
}
