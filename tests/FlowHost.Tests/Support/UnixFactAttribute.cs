namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A test of signals, which one Windows process cannot send another.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class UnixFactAttribute : FactAttribute
{
    public UnixFactAttribute()
    {
        if (OperatingSystem.IsWindows())
        {
            Skip = "Signals are sent on Unix only.";
        }
    }
}
