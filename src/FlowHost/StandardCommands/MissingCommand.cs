using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// Runs in the place of a standard command that this build lacks, for the error to stand where the script calls it.
/// </summary>
internal sealed class MissingCommand : PSCmdlet, IDynamicParameters
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    [Parameter(ValueFromRemainingArguments = true)]
    public object[]? Arguments { get; set; }

    // Asked for before anything is bound: no argument of the call can get in the way of the explanation.
    public object GetDynamicParameters() => throw Explanation();

    private CommandNotFoundException Explanation()
    {
        string name = MyInvocation.InvocationName;
        string module = MissingCommands.ModuleOf(MyInvocation.MyCommand.Name) ?? "standard";
        return new CommandNotFoundException(
            $"'{name}' is part of PowerShell's {module} module, which this build of flow does not include: "
            + "build with -p:PowerShellSdk=true or run the script with pwsh.")
        {
            CommandName = name,
        };
    }
}
