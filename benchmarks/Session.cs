using System.Collections.ObjectModel;
using System.Diagnostics;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace FlowModule.Benchmarks;

/// <summary>A runspace with the module imported, as a session has it.</summary>
internal sealed class Session : IDisposable
{
    private readonly Runspace _runspace;

    internal Session()
    {
        _runspace = RunspaceFactory.CreateRunspace(InitialSessionState.CreateDefault2());
        _runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        _runspace.Open();
        Run($"Import-Module '{Setting("ModuleManifest")}'");
    }

    public void Dispose() => _runspace.Dispose();

    internal static string Setting(string key) =>
        typeof(Session).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().First(data => data.Key == key).Value!;

    /// <param name="script">The script.</param>
    /// <param name="mayFail">Whether errors are part of what is measured.</param>
    internal Collection<PSObject> Run(string script, bool mayFail = false)
    {
        using var shell = PowerShell.Create(_runspace);
        Collection<PSObject> output = shell.AddScript(script).Invoke();
        return shell.HadErrors && !mayFail ? throw new InvalidOperationException(shell.Streams.Error[0].ToString()) : output;
    }

    /// <summary>The median time of a script, in milliseconds, after one warm-up.</summary>
    internal double Median(string script, int runs)
    {
        Run(script);
        var times = new List<double>(runs);
        for (int i = 0; i < runs; i++)
        {
            GC.Collect();
            var watch = Stopwatch.StartNew();
            Run(script);
            times.Add(watch.Elapsed.TotalMilliseconds);
        }

        return Numbers.Median(times);
    }
}
