namespace FlowModule.FlowHost.CommandLine;

/// <summary>What the process tells the one that started it, besides a script's own <c>exit n</c>.</summary>
internal static class ExitCodes
{
    /// <summary>The script ended normally and all of its top-level flow runs ended Completed.</summary>
    public const int Success = 0;

    /// <summary>The script threw, or a top-level flow run did not end Completed.</summary>
    public const int Failure = 1;

    /// <summary>Bad input: nothing has run.</summary>
    public const int BadInput = 2;

    /// <summary>Stopped by Ctrl+C (128 + SIGINT).</summary>
    public const int Interrupted = 130;

    /// <summary>Stopped by SIGTERM (128 + 15).</summary>
    public const int Terminated = 143;
}
