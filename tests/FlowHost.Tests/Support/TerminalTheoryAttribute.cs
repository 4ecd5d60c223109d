namespace FlowModule.FlowHost.Tests.Support;

/// <summary>As <see cref="TerminalFactAttribute"/>, with data.</summary>
internal sealed class TerminalTheoryAttribute : TheoryAttribute
{
    public TerminalTheoryAttribute() => Skip = TerminalFactAttribute.WhyNot;
}
