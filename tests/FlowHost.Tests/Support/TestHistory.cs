using System.Runtime.CompilerServices;

namespace FlowModule.FlowHost.Tests.Support;

/// <summary>The runs of the tests are recorded, as everyone's are, but not among those of the person who runs them.</summary>
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
                // A file came into it meanwhile: it is left to the system.
            }
        };
    }
}
