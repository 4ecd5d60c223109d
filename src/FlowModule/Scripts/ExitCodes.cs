using FlowModule.Engine.Schedules.Ticks;

namespace FlowModule.Scripts;

/// <summary>What a process that runs a script tells the one that started it, besides a script's own <c>exit n</c>.</summary>
internal static class ExitCodes
{
    /// <summary>The script ended normally and all of its top-level flow runs ended Completed.</summary>
    public const int Success = 0;

    /// <summary>The script threw, or a top-level flow run failed or crashed.</summary>
    public const int Failure = 1;

    /// <summary>Bad input: nothing has run.</summary>
    public const int BadInput = 2;

    /// <summary>A top-level flow run was cancelled, and none failed; or all was stopped in order.</summary>
    public const int Cancelled = 3;

    /// <summary>A time of a scheduled flow was not run.</summary>
    public const int Skipped = TickDesk.SkippedExitCode;

    /// <summary>Stopped by Ctrl+C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + 15).</summary>
    public const int Terminated = 143;
}
