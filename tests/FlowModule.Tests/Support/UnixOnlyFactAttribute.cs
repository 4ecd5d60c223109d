namespace FlowModule.Tests.Support;

/// <summary>A test that needs a shell and named pipes.</summary>
internal sealed class UnixOnlyFactAttribute : FactAttribute
{
    public UnixOnlyFactAttribute() => Skip = OperatingSystem.IsWindows() ? "There is no /bin/sh." : null;
}
