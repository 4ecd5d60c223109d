namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A test that needs a pseudo terminal, from util-linux on Linux.</summary>
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute() => Skip = WhyNot;

    /// <summary>Why such tests do not run here, or null.</summary>
    internal static string? WhyNot { get; } = FlowProcess.HasTerminal ? null : "There is no 'script' of util-linux here to run flow at a terminal with.";
}
