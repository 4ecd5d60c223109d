using System.Management.Automation;

namespace FlowModule.FlowHost.StandardCommands;

/// <summary>
/// Runs in the place of a standard command that this build lacks, for the error to stand where the script calls it.
/// </summary>
internal sealed class MissingCommand : PSCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    // Whatever the call says: it must not fail for its parameters before it has been explained.
    [Parameter(ValueFromRemainingArguments = true)]
    public object?[]? Arguments { get; set; }

    protected override void BeginProcessing()
    {
        string name = MyInvocation.MyCommand.Name;
        CommandNotFoundException explanation = new(
            $"'{name}' is part of PowerShell's {MissingCommands.ModuleOf(name)} module, which this build of flow does not include: "
            + "build with -p:PowerShellSdk=true or run the script with pwsh.")
        {
            CommandName = name,
        };
        ThrowTerminatingError(new ErrorRecord(explanation, nameof(CommandNotFoundException), ErrorCategory.ObjectNotFound, name));
    }
}
