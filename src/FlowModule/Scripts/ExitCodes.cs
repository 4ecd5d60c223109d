using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Scripts;

/// <summary>The exit codes of a process that runs a script, in addition to the script's own <c>exit n</c>.</summary>
internal static class ExitCodes
{
    /// <summary>The script ended normally and all of its top-level flow runs ended Completed.</summary>
    public const int Success = 0;

    /// <summary>The script threw, or a top-level flow run failed or crashed.</summary>
    public const int Failure = 1;

    /// <summary>Invalid input: nothing has run.</summary>
    public const int BadInput = 2;

    /// <summary>A top-level flow run was cancelled, and none failed; or everything was stopped in order.</summary>
    public const int Cancelled = 3;

    /// <summary>An occurrence of a scheduled flow was skipped.</summary>
    public const int Skipped = TickCoordinator.SkippedExitCode;

    /// <summary>Stopped by Ctrl+C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + 15).</summary>
    public const int Terminated = 143;
}
