using System.Runtime.CompilerServices;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>The runs of the tests are recorded, as usual, but not in the history of the user who runs them.</summary>
internal static class TestHistory
{
    [ModuleInitializer]
    internal static void Use()
    {
        string home = Directory.CreateTempSubdirectory("FlowHost.Tests-").FullName;
        Environment.SetEnvironmentVariable("FLOW_HOME", home);
        Environment.SetEnvironmentVariable("FLOW_HISTORY", value: null);
        AppDomain.CurrentDomain.ProcessExit += (_, _) =>
        {
            try
            {
                Directory.Delete(home, recursive: true);
            }
            catch (IOException)
            {
                // A file was created in it in the meantime; the system will remove it.
            }
        };
    }
}
