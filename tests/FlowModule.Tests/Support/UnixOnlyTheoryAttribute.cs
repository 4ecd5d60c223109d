namespace FlowModule.Tests.Support;

/// <summary>A test of several cases that needs a shell.</summary>
internal sealed class UnixOnlyTheoryAttribute : TheoryAttribute
{
    public UnixOnlyTheoryAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no /bin/sh." : null;
}
