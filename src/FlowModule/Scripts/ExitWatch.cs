using System.Management.Automation;
using System.Management.Automation.Runspaces;

namespace FlowModule.Scripts;

/// <summary>
/// Detects the script's own <c>exit n</c>. A script that runs as a command leaves its exit code only in $LASTEXITCODE, which
/// native commands set too. But native commands are called from a line of the script, while PowerShell stores the code
/// of <c>exit</c> after the script's last frame has left the call stack: so this attribute, placed on the variable, checks the call stack.
/// </summary>
[AttributeUsage(AttributeTargets.All)]
internal sealed class ExitWatch : ArgumentTransformationAttribute
{
    private readonly Runspace _runspace;

    private ExitWatch(Runspace runspace) => _runspace = runspace;

    /// <summary>The code that the script called <c>exit</c> with, or null.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Watches the script that runs next in <paramref name="runspace"/>.</summary>
    public static ExitWatch Place(Runspace runspace)
    {
        ExitWatch watch = new(runspace);
        PSVariable variable = new("LASTEXITCODE", value: null, ScopedItemOptions.None);
        variable.Attributes.Add(watch);
        runspace.SessionStateProxy.PSVariable.Set(variable);
        watch.ExitCode = null;
        return watch;
    }

    public override object? Transform(EngineIntrinsics engineIntrinsics, object? inputData)
    {
        if (inputData is int code && !_runspace.Debugger.GetCallStack().Any())
        {
            ExitCode = code;
        }

        return inputData;
    }
}
