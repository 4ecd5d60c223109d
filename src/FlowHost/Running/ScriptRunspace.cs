using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Management.Automation.Host;
using System.Management.Automation.Runspaces;

namespace FlowModule.FlowHost.Running;

/// <summary>The runspace of the script: PowerShell with its commands, and the module.</summary>
internal static class ScriptRunspace
{
    private const string ModuleName = "FlowModule";
    private const string ModulePathVariable = "PSModulePath";

    public static Runspace Open(PSHost host)
    {
        Runspace runspace = RunspaceFactory.CreateRunspace(host, CreateInitialState());
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        return runspace;
    }

    /// <summary>
    /// Imports the module by its manifest, as users do, rather than through the initial session state: workers
    /// opened from that state get the module in another way, and open faster without it.
    /// </summary>
    public static bool ImportModule(Runspace runspace, [NotNullWhen(false)] out Exception? fault)
    {
        string manifest = Path.Combine(AppContext.BaseDirectory, ModuleName, ModuleName + ".psd1");
        try
        {
            using PowerShell shell = PowerShell.Create(runspace);
            shell.AddCommand("Import-Module").AddParameter("Name", manifest).AddParameter("ErrorAction", ActionPreference.Stop).Invoke();
            OfferModule();
            fault = null;
        }
        catch (Exception e)
        {
            fault = e;
        }

        return fault is null;
    }

    /// <summary>
    /// Makes the script's own <c>Import-Module FlowModule</c> and <c>using module FlowModule</c> find this module before another
    /// installed copy: scripts that also run in pwsh begin like this.
    /// </summary>
    private static void OfferModule()
    {
        // PowerShell added its own folders when the first session was opened.
        string folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        string[] folders = (Environment.GetEnvironmentVariable(ModulePathVariable) ?? string.Empty).Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        Environment.SetEnvironmentVariable(ModulePathVariable, string.Join(Path.PathSeparator, folders.Where(other => !string.Equals(other, folder, StringComparison.Ordinal)).Prepend(folder)));
    }

    /// <summary>
    /// All of PowerShell's own commands, as entries of the state: a worker opened from it has them at once. With CreateDefault2, each
    /// worker would have to load their modules.
    /// </summary>
    public static InitialSessionState CreateInitialState() => InitialSessionState.CreateDefault();
}
