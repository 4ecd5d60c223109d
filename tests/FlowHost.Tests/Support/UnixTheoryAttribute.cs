namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A test of signals, which one Windows process cannot send another, with data.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixTheoryAttribute : TheoryAttribute
{
    public UnixTheoryAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Signals are sent on Unix only.";
        }
    }
}
