using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using FlowModule.Processes;
using FlowModule.Tests.Support;

namespace FlowModule.Tests.Processes;

/// <summary>
/// A test of subflows in separate processes: those of the script host, because the test runner cannot start itself as one.
/// Not in parallel: each test starts processes, and one hides the script host.
/// </summary>
[Collection("Processes")]
public abstract class ProcessTest : FlowTest
{
    private protected static readonly string FlowHost = typeof(ProcessTest).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
        .First(attribute => attribute.Key == nameof(FlowHost)).Value!;

    static ProcessTest() => Environment.SetEnvironmentVariable(WorkerCommand.Variable, FlowHost);

    private protected override FlowSession OpenSession() => NewSession();

    private protected static FlowSession NewSession(Action<InitialSessionState>? configure = null) => new(configure);

    /// <summary>Runs a script block in another process, without input, and returns its result.</summary>
    private protected object? Result(string script)
    {
        ScriptResult result = Run($"Start-Subflow -Parallel -Isolation Process -ThrottleLimit 2 {script}").Clean();
        return result.State.Result is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : result.State.Result;
    }
}
