namespace FlowModule.FlowHost.Tests.Support;

/// <summary>A test that changes the owner of files, which only root can.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class RootFactAttribute : FactAttribute
{
    public RootFactAttribute()
    {
        if (OperatingSystem.IsWindows() || Environment.UserName != "root")
        {
            Skip = "Only root can give a file to another user.";
        }
    }
}
