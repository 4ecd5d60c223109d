using System.Globalization;

namespace FlowModule.Engine.Processes;

/// <summary>Describes how a process ended.</summary>
internal static class ExitDescription
{
    private const int SignalBase = 128;

    // Fatal signals; the numbers are the same on Linux and macOS.
    private static readonly Dictionary<int, string> Signals = new()
    {
        [1] = "SIGHUP", [2] = "SIGINT", [3] = "SIGQUIT", [4] = "SIGILL", [6] = "SIGABRT", [8] = "SIGFPE", [9] = "SIGKILL", [11] = "SIGSEGV", [13] = "SIGPIPE", [15] = "SIGTERM",
    };

    /// <summary>"exit code 3"; on Unix, "exit code 137 (SIGKILL)" for a process that a signal ended.</summary>
    internal static string Of(int exitCode) =>
        !OperatingSystem.IsWindows() && Signals.TryGetValue(exitCode - SignalBase, out string? signal)
            ? string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode} ({signal})")
            : string.Create(CultureInfo.InvariantCulture, $"exit code {exitCode}");
}
