namespace FlowModule.FlowHost.Tests;

/// <summary>A test that needs a pseudo terminal, as Linux has it with util-linux.</summary>
internal sealed class TerminalFactAttribute : FactAttribute
{
    public TerminalFactAttribute()
    {
        if (!FlowProcess.HasTerminal)
        {
            Skip = "There is no 'script' of util-linux here to run flow at a terminal with.";
        }
    }
}
