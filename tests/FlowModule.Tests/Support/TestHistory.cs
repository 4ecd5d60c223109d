using System.Runtime.CompilerServices;

namespace FlowModule.Tests.Support;

/// <summary>The runs of the tests are recorded, as usual, but not in the history of the user who runs them.</summary>
internal static class TestHistory
{
    private static readonly TempFolder Home = new();

    [ModuleInitializer]
    internal static void Use()
    {
        Environment.SetEnvironmentVariable("FLOW_HOME", Home.FullPath);
        Environment.SetEnvironmentVariable("FLOW_HISTORY", value: null);
        Home.RemoveAtExit();
    }
}
